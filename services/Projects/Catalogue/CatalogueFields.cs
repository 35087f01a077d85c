using System.Text.Json;
using System.Text.RegularExpressions;
using Segmentation.Projects.Errors;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Catalogue;

/// <summary>Checks the fields of projects, labels and members; each error names its field.</summary>
internal static partial class CatalogueFields
{
    private const int MaxName = 200;
    private const int MaxDescription = 10_000;
    private const int MaxSubject = 500;
    private const int MaxModel = 200;
    private const int MaxSeconds = 3600;
    private const int MaxReplicas = 100;
    private const int MaxJson = 64 * 1024;

    /// <summary>A name of 1 to 200 characters on one line, without spaces around it.</summary>
    public static string Name(string field, string name) =>
        name.Length is >= 1 and <= MaxName && name == name.Trim() && !name.Any(char.IsControl)
            ? name
            : throw ProjectProblem.Invalid(
                field,
                $"is {ProjectProblem.Quoted(name)}; it must have 1 to {MaxName} characters, without spaces around them "
                + "or line breaks.");

    /// <summary>A text of at most 10,000 characters.</summary>
    public static string Description(string field, string text) => text.Length <= MaxDescription
        ? text
        : throw ProjectProblem.Invalid(field, $"has {text.Length} characters; at most {MaxDescription} are allowed.");

    /// <summary>The name of a subject.</summary>
    public static string Subject(string field, string subject) =>
        subject.Length is >= 1 and <= MaxSubject && !subject.Any(char.IsControl)
            ? subject
            : throw ProjectProblem.Invalid(
                field, $"is {ProjectProblem.Quoted(subject)}; it must have 1 to {MaxSubject} characters on one line.");

    /// <summary>A role, or none.</summary>
    public static Role Role(string field, Role role) => Defined(field, role);

    /// <summary>Settings of a project.</summary>
    public static ProjectSettings Settings(string field, ProjectSettings settings)
    {
        Require(
            settings.SecondsPerMaskHint <= MaxSeconds,
            $"{field}.seconds_per_mask_hint",
            $"is {settings.SecondsPerMaskHint}; at most {MaxSeconds} s are allowed.");
        Require(
            settings.Model.Length <= MaxModel,
            $"{field}.model",
            $"has {settings.Model.Length} characters; at most {MaxModel} are allowed.");
        Defined($"{field}.picture_order", settings.PictureOrder);
        Defined($"{field}.default_role", settings.DefaultRole);
        RequireShare($"{field}.review_share", settings.ReviewShare);
        RequireShare($"{field}.match_iou", settings.MatchIou);
        Require(
            settings.Replicas <= MaxReplicas,
            $"{field}.replicas",
            $"is {settings.Replicas}; at most {MaxReplicas} are allowed.");
        return settings;
    }

    /// <summary>A colour as <c>#rrggbb</c>, in lower case.</summary>
    public static string Color(string field, string color) => Rgb().IsMatch(color)
        ? color.ToLowerInvariant()
        : throw ProjectProblem.Invalid(
            field, $"is {ProjectProblem.Quoted(color)}; it must be #rrggbb, for example #3fa34d.");

    /// <summary>One digit or letter, or nothing.</summary>
    public static string Hotkey(string field, string key) =>
        key.Length == 0 || (key.Length == 1 && char.IsAsciiLetterOrDigit(key[0]))
            ? key
            : throw ProjectProblem.Invalid(
                field, $"is {ProjectProblem.Quoted(key)}; it must be one digit or letter, or empty.");

    /// <summary>A kind of labels.</summary>
    public static LabelKind Kind(string field, LabelKind kind) =>
        Defined(field, kind) == LabelKind.Unspecified ? LabelKind.Any : kind;

    /// <summary>A JSON object of names to lists, or nothing.</summary>
    public static string Attributes(string field, string json)
    {
        if (json.Length == 0)
        {
            return json;
        }

        Require(json.Length <= MaxJson, field, $"has {json.Length} characters; at most {MaxJson} are allowed.");
        try
        {
            using var document = JsonDocument.Parse(json);
            Require(
                document.RootElement.ValueKind == JsonValueKind.Object
                    && document.RootElement.EnumerateObject().All(one => one.Value.ValueKind == JsonValueKind.Array),
                field,
                "must be a JSON object of names to lists of values, for example {\"size\":[\"small\",\"large\"]}.");
            return json;
        }
        catch (JsonException wrong)
        {
            throw ProjectProblem.Invalid(
                field, $"is no JSON: wrong at byte {wrong.BytePositionInLine} of line {wrong.LineNumber + 1}.");
        }
    }

    private static T Defined<T>(string field, T value)
        where T : struct, Enum
    {
        Require(
            Enum.IsDefined(value), field, $"is {Convert.ToInt32(value, null)}, which is no {typeof(T).Name}.");
        return value;
    }

    private static void RequireShare(string field, double value) =>
        Require(value is >= 0 and <= 1, field, $"is {value}; it must be 0 to 1.");

    private static void Require(bool holds, string field, string description)
    {
        if (!holds)
        {
            throw ProjectProblem.Invalid(field, description);
        }
    }

    [GeneratedRegex("^#[0-9a-fA-F]{6}$")]
    private static partial Regex Rgb();
}
