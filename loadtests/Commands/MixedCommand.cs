using System.CommandLine;
using System.Diagnostics;
using Segmentation.LoadTests.Load;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;

namespace Segmentation.LoadTests.Commands;

/// <summary>
/// Measures the cost of bulk work to those who click: one person's clicks with and without requests of many prompts.
/// </summary>
internal static class MixedCommand
{
    private const double TailBound = 2;
    private const int PromptsOfARequest = 64;
    private const int Requests = 4;

    public static Command Create()
    {
        var seconds = new Option<double>("--seconds")
        {
            DefaultValueFactory = _ => 8,
            Description = "Seconds of each of the six windows, which are undisturbed and under bulk work in turn.",
        };
        var bound = Report.BoundOption("ratio of p99");
        return MeasuringCommand.CreateOnSystems(
            "mixed",
            "One person's clicks while the silo is full of bulk requests, against without.",
            SpawnedSystem.Cluster,
            [seconds, bound],
            async (name, parsed, cancellationToken) =>
                await MeasureAsync(
                    name, parsed.GetValue(seconds), parsed.GetValue(bound) ?? TailBound, cancellationToken));
    }

    /// <summary>Three windows of each kind, in turn.</summary>
    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        string name, double seconds, double? bound, CancellationToken cancellationToken)
    {
        await using var system = await SpawnedSystem.StartAsync(name, cancellationToken);
        await using var clicker = await Clicker.StartAsync(system, new Pictures(2, 0), isStream: false, cancellationToken);
        await LoadRun.ClosedAsync(1, 2, n => clicker.ClickAsync(n, cancellationToken), cancellationToken);
        var (alone, under, bulk) = (new List<Latencies>(), new List<Latencies>(), new List<double>());
        for (var window = 0; window < 3; window++)
        {
            alone.Add(await LoadRun.ClosedAsync(
                1, seconds, n => clicker.ClickAsync(n, cancellationToken), cancellationToken));
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var load = Enumerable.Range(0, Requests).Select(async _ =>
            {
                while (await clicker.TryBulkAsync(PromptsOfARequest, end.Token))
                {
                }
            }).ToList();

            // A request may take longer than a window, so what is done of it counts.
            var before = await DoneAsync(system, cancellationToken);
            var started = Stopwatch.GetTimestamp();
            under.Add(await LoadRun.ClosedAsync(
                1, seconds, n => clicker.ClickAsync(n, cancellationToken), cancellationToken));
            var done = await DoneAsync(system, cancellationToken) - before;
            bulk.Add(done / Stopwatch.GetElapsedTime(started).TotalSeconds);
            await end.CancelAsync();
            await Task.WhenAll(load);
        }

        return
        [
            Measurement.Of($"click p50 alone, {name}", "ms", [.. alone.Select(times => times.At(50))]),
            Measurement.Of($"click p99 alone, {name}", "ms", [.. alone.Select(times => times.At(99))]),
            Measurement.Of($"click p50 under bulk requests, {name}", "ms", [.. under.Select(times => times.At(50))]),
            Measurement.Of($"click p99 under bulk requests, {name}", "ms", [.. under.Select(times => times.At(99))]),
            Measurement.Of($"prompts of bulk requests, {name}", "1/s", [.. bulk]),
            Measurement.Of(
                $"click p99 under bulk requests / alone, {name}",
                "ratio",
                [.. under.Zip(alone, (a, b) => a.At(99) / b.At(99))],
                bound),
        ];
    }

    /// <summary>Prompts of bulk requests that have been decoded.</summary>
    private static async Task<double> DoneAsync(SpawnedSystem system, CancellationToken cancellationToken)
    {
        var ofEach = await Scrape.SumAsync(
            system.Decoding.Select(process => process.Operators),
            "segmentation_decoder_prompts_total",
            ["lane=\"batch\"", "work=\"decode\""],
            cancellationToken);
        return ofEach.Sum();
    }
}
