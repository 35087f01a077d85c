using System.CommandLine;
using Segmentation.LoadTests.Load;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;

namespace Segmentation.LoadTests.Commands;

/// <summary>The same load for long: nothing may fail, slow down or grow.</summary>
internal static class SoakCommand
{
    private const double SlowerBound = 1.5;
    private const double GrowthBound = 1.2;

    public static Command Create()
    {
        var minutes = new Option<double>("--minutes") { DefaultValueFactory = _ => 10, Description = "How long." };
        var rate = new Option<double>("--rate") { DefaultValueFactory = _ => 10, Description = "Clicks a second." };
        var images = new Option<int>("--images") { DefaultValueFactory = _ => 24, Description = "Pictures." };
        return MeasuringCommand.CreateOnSystems(
            "soak",
            "Clicks on many pictures for long: failures, p99 and memory, begin against end.",
            SpawnedSystem.Cluster,
            [minutes, rate, images],
            async (name, parsed, cancellationToken) =>
            {
                var seconds = parsed.GetValue(minutes) * 60 / 4;
                return await MeasureAsync(
                    name, seconds, parsed.GetValue(rate), parsed.GetValue(images), cancellationToken);
            });
    }

    private static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        string name, double seconds, double rate, int images, CancellationToken cancellationToken)
    {
        await using var system = await SpawnedSystem.StartAsync(name, cancellationToken);
        await using var clicker = await Clicker.StartAsync(
            system, new Pictures(images, 1), isStream: true, cancellationToken);
        var schedule = new Schedule([new Schedule.Part(rate, rate)]);
        var (quarters, memory) = (new List<Latencies>(), new List<double>());
        for (var quarter = 0; quarter < 4; quarter++)
        {
            var parts = await LoadRun.OpenAsync(
                schedule, seconds, n => clicker.ClickAsync(n, cancellationToken), cancellationToken);
            quarters.Add(parts[0].Times);
            memory.Add(system.Memory / 1e6);
        }

        return
        [
            Measurement.Of($"soak p99 of each quarter, {name}", "ms", [.. quarters.Select(times => times.At(99))]),
            Measurement.Of(
                $"soak p99, last quarter / second, {name}", "ratio", [quarters[3].At(99) / quarters[1].At(99)], SlowerBound),
            Measurement.Of($"soak memory after each quarter, {name}", "MB", memory),
            Measurement.Of($"soak memory, last quarter / second, {name}", "ratio", [memory[3] / memory[1]], GrowthBound),
            Measurement.Of($"soak clicks failed, {name}", "requests", [quarters.Sum(times => times.Failed)], bound: 0),
            .. clicker.Restoring.Rows($"soak, {name}"),
        ];
    }
}
