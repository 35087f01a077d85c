using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Segmentation.LoadTests.Inputs;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Commands;

/// <summary>
/// The whole table of numbers to hold, every part of it several times in turn, and into docs/performance.md: a row is
/// the median over the runs, with the smallest and the largest.
/// </summary>
internal static class AllCommand
{
    private const string Begin = "<!-- table -->";
    private const string End = "<!-- /table -->";

    public static Command Create()
    {
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 3, Description = "Runs of the whole table." };
        var document = new Option<FileInfo>("--document")
        {
            DefaultValueFactory = _ => new FileInfo(Path.Combine(Repository.Root, "docs", "performance.md")),
            Description = "Document whose table is replaced.",
            HelpName = "file",
        };
        return MeasuringCommand.Create(
            "all",
            "The whole table of numbers to hold, and into docs/performance.md.",
            [runs, document],
            async (parsed, cancellationToken) =>
            {
                await PublishedGraphs.FetchAsync(cancellationToken);
                await PublishedServices.UseAsync(cancellationToken);
                var measured = new List<Measurement>();
                for (var run = 1; run <= parsed.GetValue(runs); run++)
                {
                    foreach (var part in Parts.Where(part => run == 1 || part.Varies))
                    {
                        var started = Stopwatch.GetTimestamp();
                        await Console.Error.WriteAsync($"Run {run} of {parsed.GetValue(runs)}: {part.Name} ...");
                        measured.AddRange(await part.MeasureAsync(cancellationToken));
                        await Console.Error.WriteLineAsync(
                            $" {Stopwatch.GetElapsedTime(started).TotalSeconds.ToString("F0", CultureInfo.InvariantCulture)} s");
                    }
                }

                var rows = measured.Where(row => row.Bound is not null).GroupBy(row => row.Name).Select(Merge).ToList();
                await WriteTableAsync(rows, parsed.GetRequiredValue(document), cancellationToken);
                return rows;
            });
    }

    private static Part[] Parts { get; } =
    [
        new("decode", cancel => DecodeCommand.MeasureAsync(Photographs.Default, 20, 0.33, cancel)),
        new("sam2", cancel => Task.FromResult(Sam2Command.Measure(file: null, 20, 0.5, cancel))),
        new("encode", cancel => EncodeCommand.MeasureAsync(Photographs.Default, 3, 0.75, cancel)),
        new("click", cancel => ClickCommand.MeasureAsync([SpawnedSystem.Standalone, SpawnedSystem.Cluster], 150, cancel)),
        new("everything", cancel => EverythingTimeCommand.MeasureAsync(
            [Photographs.Named("coffee.png")], new() { PointsPerSide = 32 }, 4, 0.25, boundOnly: true, cancel)),
        new("mixed", cancel => MixedCommand.MeasureAsync(SpawnedSystem.Cluster, 5, 2, cancel)),
        new("storage", cancel => StorageRows.MeasureAsync(Photographs.Default, cancel), Varies: false),
    ];

    private static Measurement Merge(IGrouping<string, Measurement> runs) =>
        Measurement.Of(runs.Key, runs.First().Unit, [.. runs.Select(run => run.Measured)], runs.First().Bound);

    private static async Task WriteTableAsync(
        IEnumerable<Measurement> rows, FileInfo document, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(document.FullName, cancellationToken);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
        {
            throw new InvalidOperationException($"{document.FullName} has no lines '{Begin}' and '{End}' around a table.");
        }

        var table = new StringBuilder($"{Begin}\n| what | bound | measured | least | most | holds |\n")
            .Append("|---|---|---|---|---|---|\n");
        foreach (var row in rows)
        {
            table.Append(
                CultureInfo.InvariantCulture,
                $"| {row.Name} ({row.Unit}) | {row.Bound:0.####} | {row.Measured:0.####} | {row.Runs.Min:0.####} | ")
                .Append(CultureInfo.InvariantCulture, $"{row.Runs.Max:0.####} | {(row.Holds ? "yes" : "**no**")} |\n");
        }

        await File.WriteAllTextAsync(document.FullName, text[..begin] + table + text[end..], cancellationToken);
    }

    /// <summary>A part of the table; one that does not vary, bytes and masks, is measured once.</summary>
    private sealed record Part(
        string Name, Func<CancellationToken, Task<IReadOnlyList<Measurement>>> MeasureAsync, bool Varies = true);
}
