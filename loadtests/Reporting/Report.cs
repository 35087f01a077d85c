using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Segmentation.LoadTests.Reporting;

/// <summary>
/// Prints results as a table, writes them as JSON when asked, and exits with 1 when a bound is not met.
/// </summary>
internal static class Report
{
    public static Option<FileInfo?> JsonOption() =>
        new("--json") { Description = "Also writes the results to this file.", HelpName = "file" };

    public static Option<double?> BoundOption(string what) =>
        new("--bound") { Description = $"Largest {what} that is good enough.", HelpName = "ratio" };

    public static async Task<int> WriteAsync(
        IReadOnlyList<Measurement> rows, FileInfo? json, CancellationToken cancellationToken)
    {
        var width = rows.Max(r => r.Name.Length);
        await Console.Out.WriteLineAsync($"{"what".PadRight(width)}  {"median",10} {"min",10} {"max",10}  bound")
            .ConfigureAwait(false);
        foreach (var row in rows)
        {
            var bound = row.Bound is { } value ? $"{Number(value)} {(row.Holds ? "holds" : "DOES NOT HOLD")}" : "";
            await Console.Out.WriteLineAsync(
                $"{row.Name.PadRight(width)}  {Number(row.Measured),10} {Number(row.Runs.Min),10} "
                + $"{Number(row.Runs.Max),10}  {bound} ({row.Unit})").ConfigureAwait(false);
        }

        return await SaveAsync(rows, json, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes results as JSON when asked, and prints nothing.</summary>
    /// <returns>The exit code: 1 when a bound does not hold.</returns>
    public static async Task<int> SaveAsync(
        IReadOnlyList<Measurement> rows, FileInfo? json, CancellationToken cancellationToken)
    {
        if (json is not null)
        {
            var text = JsonSerializer.Serialize(rows, MeasurementJson.Default.IReadOnlyListMeasurement);
            await File.WriteAllTextAsync(json.FullName, text, cancellationToken).ConfigureAwait(false);
        }

        return rows.All(r => r.Holds) ? 0 : 1;
    }

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
