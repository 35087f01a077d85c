using System.Diagnostics;
using Segmentation.Client;
using Segmentation.LoadTests.Load;
using Segmentation.LoadTests.Planning.Queueing;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;

namespace Segmentation.LoadTests.Planning;

/// <summary>
/// Compares the simulation with a cluster on this machine: the same arrivals, service times that were measured just
/// before, all processes and the client on the same cores.
/// </summary>
internal static class PlanCheck
{
    private const double MedianBound = 0.2;
    private const double TailBound = 0.4;

    /// <summary>First new picture of the run: none of those that were measured.</summary>
    private const int FirstUpload = 20_000;

    /// <summary>Measures, runs and simulates.</summary>
    public static async Task<IReadOnlyList<Measurement>> RunAsync(
        Trace trace, int seed, CancellationToken cancellationToken)
    {
        await using var system = await SpawnedSystem.StartAsync(SpawnedSystem.Cluster, cancellationToken);
        await using var clicker = await Clicker.StartAsync(
            system, new Pictures(Measuring.Pictures, skew: 1), isStream: false, cancellationToken);
        var measured = await Measuring.MeasureAsync(system, clicker, cancellationToken);
        using var client = new SegmentationClient(system.Address);
        var (clicks, uploads, late) = await RealAsync(trace, clicker, client, cancellationToken);
        var simulated = Simulate(
            new ServiceTimes(measured), trace, Environment.ProcessorCount, seed, cancellationToken);
        return
        [
            Measurement.Of("clicks", "requests", [clicks.Count]),
            Measurement.Of("uploads", "requests", [uploads.Count]),
            Measurement.Of("failed", "requests", [clicks.Failed + uploads.Failed], bound: 0),
            Measurement.Of("request sent late, p99", "ms", [late.At(99)]),
            .. Rows("click", clicks, simulated.Clicks),
            .. Rows("upload", uploads, simulated.Uploads),
        ];
    }

    /// <summary>Simulates a cluster of one gateway, silo and encoder on the cores of one machine.</summary>
    /// <param name="times">Service times.</param>
    /// <param name="trace">Arrivals.</param>
    /// <param name="cores">Cores of the machine, and decode workers of the silo.</param>
    /// <param name="seed">Chance of service times.</param>
    /// <param name="cancellationToken">Ends the simulation.</param>
    public static PlanOutcome Simulate(
        ServiceTimes times, Trace trace, int cores, int seed, CancellationToken cancellationToken)
    {
        var clock = new EventClock();
        var machines = new Machines { Gateways = 1, Encoders = 1, Silos = 1, Redis = 1, SiloWorkers = cores };
        var cluster = new ClusterSimulation(clock, times, machines, new Random(seed), cores);
        for (var picture = 0; picture < Measuring.Pictures; picture++)
        {
            cluster.Warm(picture);
        }

        foreach (var (index, (at, isUpload)) in trace.Events.Index())
        {
            clock.After(at, isUpload
                ? () => cluster.Upload(FirstUpload + index, isStored: false, opens: false, () => { })
                : () => cluster.Click(index % Measuring.Pictures, () => { }));
        }

        const double UntilAllAreAnswered = 600;
        clock.RunUntil((trace.Events.Count > 0 ? trace.Events[^1].At : 0) + UntilAllAreAnswered, cancellationToken);
        return cluster.Finish();
    }

    private static async Task<(Latencies Clicks, Latencies Uploads, Latencies Late)> RealAsync(
        Trace trace, Clicker clicker, SegmentationClient client, CancellationToken cancellationToken)
    {
        var (clicks, uploads, late) = (new Latencies(), new Latencies(), new Latencies());
        var count = trace.Events.Count(one => one.IsUpload);
        var files = new Queue<byte[]>(Enumerable.Range(FirstUpload, count).Select(Pictures.File));
        var running = new List<Task>();
        var begin = Stopwatch.GetTimestamp();
        foreach (var (index, (at, isUpload)) in trace.Events.Index())
        {
            var left = TimeSpan.FromSeconds(at) - Stopwatch.GetElapsedTime(begin);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, cancellationToken);
            }

            // The system's timer wakes a millisecond late, which is not the server's time.
            late.Add(Stopwatch.GetElapsedTime(begin) - TimeSpan.FromSeconds(at));
            var now = Stopwatch.GetTimestamp();
            running.Add(isUpload
                ? LoadRun.TimeAsync(uploads, now, client.UploadAsync(files.Dequeue(), cancellationToken))
                : LoadRun.TimeAsync(clicks, now, clicker.ClickAsync(index, cancellationToken)));
        }

        await Task.WhenAll(running);
        return (clicks, uploads, late);
    }

    private static IEnumerable<Measurement> Rows(string name, Latencies real, IReadOnlyList<double> simulated)
    {
        foreach (var (percentile, bound) in new[] { (50, MedianBound), (99, TailBound) })
        {
            var (seen, expected) = (real.At(percentile), PlanOutcome.At(simulated, percentile / 100.0));
            yield return Measurement.Of($"{name} p{percentile}, measured", "ms", [seen]);
            yield return Measurement.Of($"{name} p{percentile}, simulated", "ms", [expected]);
            var distance = Math.Abs(expected / seen - 1);
            yield return Measurement.Of(
                $"{name} p{percentile}, simulated / measured, distance from 1", "ratio", [distance], bound);
        }
    }
}
