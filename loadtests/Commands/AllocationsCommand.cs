using System.CommandLine;
using System.Diagnostics;
using Segmentation.LoadTests.Load;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;

namespace Segmentation.LoadTests.Commands;

/// <summary>
/// What a click leaves to the garbage collectors of the processes that it goes through, by live sessions and by unary
/// calls. What a process allocates in as long a time without clicks is taken off.
/// </summary>
internal static class AllocationsCommand
{
    private const string Allocated = "dotnet_gc_heap_total_allocated_bytes_total";
    private const double Kilobyte = 1024;
    private const string Session = "live session";
    private const string Call = "unary call";

    /// <summary>KB; most of it are the run lengths as text. A fifth above what was measured.</summary>
    private static readonly Dictionary<(string Kind, string Tier), double> _bounds = new()
    {
        [(Session, "gateway")] = 32,
        [(Session, "silo")] = 35,
        [(Session, "process")] = 45,
        [(Call, "gateway")] = 41,
        [(Call, "silo")] = 35,
        [(Call, "process")] = 50,
    };

    public static Command Create()
    {
        var clicks = new Option<int>("--clicks") { DefaultValueFactory = _ => 200, Description = "Clicks a window." };
        var windows = new Option<int>("--windows") { DefaultValueFactory = _ => 2, Description = "Counted windows." };
        return MeasuringCommand.CreateOnSystems(
            "allocations",
            "Managed memory that a click allocates in gateway and silo.",
            SpawnedSystem.Cluster,
            [clicks, windows],
            async (name, parsed, cancellationToken) =>
                await MeasureAsync(
                    name, parsed.GetValue(clicks), parsed.GetValue(windows), cancellationToken));
    }

    private static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        string name, int clicks, int windows, CancellationToken cancellationToken)
    {
        await using var system = await SpawnedSystem.StartAsync(name, cancellationToken);
        var picture = new Pictures(1, 0);
        await using var sessions = await Clicker.StartAsync(system, picture, isStream: true, cancellationToken);
        await using var calls = await Clicker.StartAsync(system, picture, isStream: false, cancellationToken);
        (string Kind, Clicker Clicker)[] kinds = [(Session, sessions), (Call, calls)];
        var runs = new Dictionary<(string Kind, string Tier), List<double>>();

        // The first window is for compilers and pools.
        for (var window = 0; window <= windows; window++)
        {
            foreach (var (kind, clicker) in kinds)
            {
                var bytes = await WindowAsync(system, clicker, clicks, cancellationToken);
                for (var i = 0; i < bytes.Length && window > 0; i++)
                {
                    var key = (kind, system.Decoding[i].Tier);
                    runs.TryAdd(key, []);
                    runs[key].Add(bytes[i] / clicks / Kilobyte);
                }
            }
        }

        return
        [
            .. runs.Select(run => Measurement.Of(
                $"allocated in the {run.Key.Tier} for a click by {run.Key.Kind}, {name}",
                "KB",
                run.Value,
                _bounds[run.Key])),
        ];
    }

    /// <summary>What each process allocates for clicks one after the other, without what it allocates anyway.</summary>
    private static async Task<double[]> WindowAsync(
        SpawnedSystem system, Clicker clicker, int clicks, CancellationToken cancellationToken)
    {
        var before = await AllocatedAsync(system, cancellationToken);
        var start = Stopwatch.GetTimestamp();
        for (var n = 1; n <= clicks; n++)
        {
            await clicker.ClickAsync(n, cancellationToken);
        }

        var took = Stopwatch.GetElapsedTime(start);
        var after = await AllocatedAsync(system, cancellationToken);
        await Task.Delay(took, cancellationToken);
        var idle = await AllocatedAsync(system, cancellationToken);
        return [.. before.Select((first, i) => after[i] - first - (idle[i] - after[i]))];
    }

    private static Task<double[]> AllocatedAsync(SpawnedSystem system, CancellationToken cancellationToken) =>
        Scrape.SumAsync(system.Decoding.Select(process => process.Operators), Allocated, [], cancellationToken);
}
