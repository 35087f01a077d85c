using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Segmentation.Cli.Diagnosis;

/// <summary>The report, for people and as JSON.</summary>
/// <param name="version">Version of this program.</param>
/// <param name="time">Time of the report, UTC.</param>
/// <param name="findings">The findings.</param>
internal sealed class DoctorReport(string version, DateTimeOffset time, IReadOnlyList<Finding> findings)
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>True when no check failed; warnings are no failures.</summary>
    public bool IsWell => Count(CheckState.Failed) == 0;

    /// <summary>A line a finding, what to do below it, and the numbers.</summary>
    public string ToText()
    {
        var width = findings.Count == 0 ? 0 : findings.Max(finding => finding.Name.Length);
        IEnumerable<string> lines =
        [
            $"segctl doctor, {Written(time)}",
            "",
            .. findings.SelectMany(finding => Lines(finding, width)),
            "",
            $"{Count(CheckState.Failed)} failed, {Count(CheckState.Warning)} warnings, {Count(CheckState.Ok)} ok",
        ];
        return string.Join(Environment.NewLine, lines);
    }

    /// <summary>An object with <c>version</c>, <c>time</c>, <c>failed</c>, <c>warnings</c> and <c>checks</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            version,
            time,
            failed = Count(CheckState.Failed),
            warnings = Count(CheckState.Warning),
            checks = findings.Select(finding => new
            {
                state = Word(finding.State),
                finding.Name,
                finding.Text,
                finding.Advice,
            }),
        },
        _json);

    private static IEnumerable<string> Lines(Finding finding, int width)
    {
        const int StateWidth = 9;
        var lines = finding.Text.ReplaceLineEndings("\n").Split('\n');
        var indent = new string(' ', StateWidth + width + 2);
        yield return $"{Word(finding.State).PadRight(StateWidth)}{finding.Name.PadRight(width)}  {lines[0]}";
        foreach (var line in lines[1..])
        {
            yield return indent + line;
        }

        if (finding.Advice is { } advice)
        {
            yield return $"{indent}-> {advice.ReplaceLineEndings(" ")}";
        }
    }

    private static string Written(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Word(CheckState state) => state.ToString().ToLowerInvariant();

    private int Count(CheckState state) => findings.Count(finding => finding.State == state);
}
