using System.CommandLine;
using System.Diagnostics;
using Segmentation.LoadTests.Load;

namespace Segmentation.LoadTests;

/// <summary>What bulk work costs those who click: one person's clicks with and without requests of many prompts.</summary>
internal static class MixedCommand
{
    private const double TailBound = 2;
    private const int PromptsOfARequest = 64;
    private const int Requests = 4;

    public static Command Create()
    {
        var spawn = SpawnedSystem.Option(SpawnedSystem.Cluster);
        var seconds = new Option<double>("--seconds")
        {
            DefaultValueFactory = _ => 8,
            Description = "Seconds of each of the six windows, which are undisturbed and under bulk work in turn.",
        };
        var bound = Report.BoundOption("ratio of p99");
        var json = Report.JsonOption();
        var command = new Command("mixed", "One person's clicks while the silo is full of bulk requests, against without.")
        {
            spawn, seconds, bound, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await PublishedServices.UseAsync(cancellationToken);
            var rows = new List<Measurement>();
            foreach (var name in parsed.GetValue(spawn)!.Distinct())
            {
                rows.AddRange(await MeasureAsync(
                    name, parsed.GetValue(seconds), parsed.GetValue(bound) ?? TailBound, cancellationToken));
            }

            return await Report.WriteAsync(rows, parsed.GetValue(json), cancellationToken);
        });
        return command;
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
                // Up to the last answer: what the window's end cuts off counts neither as prompts nor as time.
                var (started, prompts, taken) = (Stopwatch.GetTimestamp(), 0, 0.0);
                while (await clicker.TryBulkAsync(PromptsOfARequest, end.Token))
                {
                    prompts += PromptsOfARequest;
                    taken = Stopwatch.GetElapsedTime(started).TotalSeconds;
                }

                return prompts == 0 ? 0 : prompts / taken;
            }).ToList();
            under.Add(await LoadRun.ClosedAsync(
                1, seconds, n => clicker.ClickAsync(n, cancellationToken), cancellationToken));
            await end.CancelAsync();
            bulk.Add((await Task.WhenAll(load)).Sum());
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
}
