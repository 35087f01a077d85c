using Segmentation.Gateway.Routing.Hedging;

namespace Segmentation.Gateway.Tests.Routing.Hedging;

public sealed class LatencyTrackerTests
{
    [Fact]
    public void HedgeDelay_FastAndSlowAnswers_StaysWithinBounds()
    {
        var latencies = new LatencyTracker();
        Assert.Equal(LatencyTracker.Shortest, latencies.HedgeDelay);
        Feed(latencies, TimeSpan.FromMilliseconds(60));
        Assert.Equal(240, latencies.HedgeDelay.TotalMilliseconds, 3);
        Feed(latencies, TimeSpan.FromSeconds(5));
        Assert.Equal(LatencyTracker.Longest, latencies.HedgeDelay);
    }

    private static void Feed(LatencyTracker latencies, TimeSpan latency)
    {
        for (var i = 0; i < 512; i++)
        {
            latencies.Add(latency);
        }
    }
}
