using System.Text.Json;

namespace Segmentation.Cli.Diagnosis;

/// <summary>Answers of <c>/readyz</c>: a word to everybody, a report to operators.</summary>
internal static class HealthWords
{
    private static readonly string[] _words = ["Healthy", "Degraded", "Unhealthy"];

    /// <summary>The word of an answer; null: no server of ours answered.</summary>
    public static string? In(string text)
    {
        if (_words.FirstOrDefault(word => text.Trim() == word) is { } found)
        {
            return found;
        }

        return Read(text) is { } report ? report.Word : null;
    }

    /// <summary>The word of a report, and what each check says that is not healthy; null: it is no report.</summary>
    public static (string Word, IReadOnlyList<string> Reasons)? Read(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var word = json.RootElement.GetProperty("status").GetString();
            return _words.Contains(word)
                ? (word!, [.. json.RootElement.GetProperty("checks").EnumerateObject()
                    .Where(check => check.Value.GetProperty("status").GetString() != _words[0])
                    .Select(check => $"{check.Name}: {check.Value.GetProperty("description").GetString() ?? "no description"}")])
                : null;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
