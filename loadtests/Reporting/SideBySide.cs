using System.Diagnostics;

namespace Segmentation.LoadTests.Reporting;

/// <summary>
/// Times two things in turn, A B A B ..., in one process: what the machine does meanwhile meets both alike, so their
/// ratio holds where their times do not.
/// </summary>
internal static class SideBySide
{
    /// <returns>Milliseconds of each, warm-up not counted.</returns>
    public static (double[] A, double[] B) Run(int warmUp, int runs, Action a, Action b)
    {
        var times = Run(warmUp, runs, [a, b]);
        return (times[0], times[1]);
    }

    /// <summary>The same for any number of things.</summary>
    public static double[][] Run(int warmUp, int runs, IReadOnlyList<Action> actions)
    {
        var times = actions.Select(_ => new double[runs]).ToArray();
        for (var i = -warmUp; i < runs; i++)
        {
            for (var j = 0; j < actions.Count; j++)
            {
                var time = Time(actions[j]);
                if (i >= 0)
                {
                    times[j][i] = time;
                }
            }
        }

        return times;
    }

    /// <summary>The two as rows, and their ratio pair by pair; its figure is the ratio of the medians.</summary>
    public static IEnumerable<Measurement> Rows(string name, (double[] Ours, double[] Published) times, double? bound)
    {
        var ours = Measurement.Of($"{name}, ours", "ms", times.Ours);
        var published = Measurement.Of($"{name}, published", "ms", times.Published);
        var pairs = times.Ours.Zip(times.Published, (a, b) => a / b).ToArray();
        var ratios = Measurement.Of($"{name}, ratio", "ours / published", pairs, bound);
        return [ours, published, ratios with { Measured = ours.Measured / published.Measured }];
    }

    private static double Time(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
