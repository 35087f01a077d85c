using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Segmentation.Cli.Files;

namespace Segmentation.Cli.Everything;

/// <summary>
/// Origin of a result: program, image, model and options. JSON files have it as <c>info.segctl</c>, which readers of
/// SA-1B and COCO ignore, and PNG files as a text chunk named <c>segctl</c>.
/// </summary>
/// <param name="Version">The version of the program.</param>
/// <param name="ImageSha256">SHA-256 of the picture's bytes; null in a file of several pictures.</param>
/// <param name="Model">The model, as in <see cref="SearchSettings"/>.</param>
/// <param name="Options">The options that change the masks.</param>
internal sealed record ResultOrigin(string Version, string? ImageSha256, string Model, JsonObject Options)
{
    /// <summary>Name of the origin in results.</summary>
    public const string Key = "segctl";

    /// <summary>Bytes to read: more than any origin has.</summary>
    private const int HeadBytes = 16 * 1024;

    /// <summary>Reads the origin of a JSON result, by its beginning.</summary>
    /// <returns>Null for every other file.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ResultOrigin? OfJson(string path)
    {
        var head = new byte[HeadBytes];
        using var stream = File.OpenRead(path);
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        try
        {
            return FindInfo(head.AsSpan(0, length));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads the origin of a PNG result.</summary>
    /// <returns>Null for every other file.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ResultOrigin? OfPng(string path)
    {
        using var stream = File.OpenRead(path);
        try
        {
            return PngText.Find(stream, Key) is { } text
                ? JsonSerializer.Deserialize(text, ResultJson.Compact.ResultOrigin)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Returns the origin as ASCII text, for a PNG file.</summary>
    public string ToText() => JsonSerializer.Serialize(this, ResultJson.Ascii.ResultOrigin);

    /// <summary>Describes how settings differ; null if the masks would be the same.</summary>
    /// <param name="now">The settings of this run.</param>
    public string? DifferenceTo(ResultOrigin now)
    {
        if (Model != now.Model)
        {
            return $"its result is of another model ({Model}; now {now.Model})";
        }

        var differences = now.Options.Select(option => option.Key).Union(Options.Select(option => option.Key))
            .Where(name => !JsonNode.DeepEquals(Options[name], now.Options[name]))
            .Select(name => string.Create(
                CultureInfo.InvariantCulture, $"{name} {Show(Options[name])}, now {Show(now.Options[name])}"))
            .ToList();
        return differences.Count == 0 ? null : $"its result has other options ({string.Join("; ", differences)})";
    }

    private static string Show(JsonNode? value) => value?.ToJsonString() ?? "none";

    /// <summary>Results begin with <c>{"info": {</c>; the origin is among the properties that follow.</summary>
    private static ResultOrigin? FindInfo(ReadOnlySpan<byte> head)
    {
        var json = new Utf8JsonReader(head, isFinalBlock: false, default);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject
            || !json.Read() || json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals("info")
            || !json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isOrigin = json.ValueTextEquals(Key);
            if (!json.Read())
            {
                return null;
            }

            if (isOrigin)
            {
                return JsonDocument.TryParseValue(ref json, out var value)
                    ? value.Deserialize(ResultJson.Compact.ResultOrigin)
                    : null;
            }

            if (!json.TrySkip())
            {
                return null;
            }
        }

        return null;
    }
}

/// <summary>The head of a picture's result.</summary>
/// <param name="Segctl">Origin of the result: program, image, model and options.</param>
internal sealed record ResultInfo(ResultOrigin Segctl);
