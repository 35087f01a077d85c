using HdrHistogram;
using Segmentation.LoadTests.Reporting;

namespace Segmentation.LoadTests.Load;

/// <summary>Times of requests, to three digits, from a microsecond to ten minutes. Safe for concurrent use.</summary>
internal sealed class Latencies
{
    private const long Longest = 600_000_000;
    private readonly LongConcurrentHistogram _histogram = new(1, Longest, 3);
    private int _failed;

    /// <summary>Requests answered.</summary>
    public long Count => _histogram.TotalCount;

    /// <summary>Requests that ended in an error.</summary>
    public int Failed => _failed;

    /// <summary>Counts an answer.</summary>
    public void Add(TimeSpan time) =>
        _histogram.RecordValue(Math.Clamp((long)time.TotalMicroseconds, 1, Longest));

    /// <summary>Counts an error.</summary>
    public void AddFailure() => Interlocked.Increment(ref _failed);

    /// <summary>Milliseconds that so many percent of the answers took at most.</summary>
    public double At(double percentile) => _histogram.GetValueAtPercentile(percentile) / 1000.0;

    /// <summary>The usual percentiles as rows.</summary>
    public IEnumerable<Measurement> Rows(string name)
    {
        yield return Measurement.Of($"{name}: answered", "requests", [Count]);
        foreach (var percentile in new[] { 50, 90, 99, 99.9, 100 })
        {
            yield return Measurement.Of($"{name}: p{percentile}", "ms", [Count == 0 ? double.NaN : At(percentile)]);
        }

        yield return Measurement.Of($"{name}: failed", "requests", [Failed], bound: 0);
    }
}
