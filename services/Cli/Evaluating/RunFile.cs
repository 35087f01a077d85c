using System.Globalization;
using System.Text.Json;
using Segmentation.Cli.Commands;
using Segmentation.Cli.Everything;
using Segmentation.Cli.Files;
using Segmentation.Evaluation.Prompting;
using Segmentation.Evaluation.Protocols;

namespace Segmentation.Cli.Evaluating;

/// <summary>
/// What a folder has results of, in its <c>run.json</c>: a run goes on only with the same settings, and <c>diff</c> reads
/// there what was measured.
/// </summary>
internal static class RunFile
{
    private const string FileName = "run.json";
    private const string Protocol = "protocol";
    private const string Points = "points";
    private const string MaxClicks = "max_clicks";
    private const string Seed = "seed";

    /// <summary>All settings that change the results, by name.</summary>
    /// <param name="settings">What is measured.</param>
    /// <param name="limit">Most pictures.</param>
    /// <param name="model">Digest of the model.</param>
    /// <param name="other">Digest of the second model; null: none.</param>
    public static IReadOnlyList<(string Name, string Value)> Describe(
        ProtocolSettings settings, int? limit, string model, string? other)
    {
        List<(string Name, string Value)> run =
        [
            ("model", model),
            (Protocol, string.Join(' ', settings.Protocols.Order())),
            (Points, settings.Placement.ToString()),
            (MaxClicks, settings.MaxClicks.ToString(CultureInfo.InvariantCulture)),
            (Seed, settings.Seed.ToString(CultureInfo.InvariantCulture)),
            ("limit", limit?.ToString(CultureInfo.InvariantCulture) ?? "none"),
        ];
        if (settings.Protocols.Contains(EvaluationProtocol.Auto))
        {
            run.Add(("auto", SearchSettings.Describe(settings.Auto).ToJsonString()));
        }

        if (settings.Protocols.Contains(EvaluationProtocol.Proposals))
        {
            run.Add(("proposals", SearchSettings.Describe(settings.Proposals).ToJsonString()));
        }

        return other is null ? run : [.. run, ("compare", other)];
    }

    /// <summary>Compares the folder's settings with these, or keeps these there.</summary>
    /// <exception cref="CliException">The settings differ; the message names the differences.</exception>
    public static void CheckOrKeep(DirectoryInfo folder, IReadOnlyList<(string Name, string Value)> run)
    {
        var path = Path.Combine(folder.FullName, FileName);
        if (File.Exists(path))
        {
            var before = Read(folder);
            var differences = run.Where(now => before.GetValueOrDefault(now.Name) != now.Value)
                .Select(now => $"{now.Name} {before.GetValueOrDefault(now.Name, "none")} there, {now.Value} now")
                .Concat(before.Keys.Except(run.Select(now => now.Name)).Select(name => $"{name} there, none now")).ToList();
            if (differences.Count > 0)
            {
                throw new CliException(
                    $"{folder} has results of other settings ({string.Join("; ", differences)}): choose another --output.");
            }

            return;
        }

        folder.Create();
        AtomicFile.Write(path, stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            json.WriteStartObject();
            foreach (var (name, value) in run)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        });
    }

    /// <summary>Reads what a folder's run measured.</summary>
    /// <exception cref="CliException">The folder has no run.</exception>
    public static ProtocolSettings ReadSettings(DirectoryInfo folder)
    {
        var run = Read(folder);
        try
        {
            return new(
                [.. run[Protocol].Split(' ').Select(Enum.Parse<EvaluationProtocol>)],
                Enum.Parse<PointPlacement>(run[Points]),
                int.Parse(run[MaxClicks], CultureInfo.InvariantCulture),
                long.Parse(run[Seed], CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is KeyNotFoundException or ArgumentException or FormatException or OverflowException)
        {
            throw new CliException($"{folder}: {FileName} is not of this command.", innerException: error);
        }
    }

    private static Dictionary<string, string> Read(DirectoryInfo folder)
    {
        var path = Path.Combine(folder.FullName, FileName);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return json.RootElement.EnumerateObject().ToDictionary(
                value => value.Name, value => value.Value.GetString() ?? "", StringComparer.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{folder} has no run of segctl evaluate: {error.Message}", innerException: error);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new CliException($"{path} is damaged: choose another --output.", innerException: error);
        }
    }
}
