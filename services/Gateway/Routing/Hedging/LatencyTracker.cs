namespace Segmentation.Gateway.Routing.Hedging;

/// <summary>
/// Tracks the latency of answers and derives the delay before a hedge: four times the 95th percentile, within bounds.
/// Few answers are that late by chance, so hedging costs next to nothing while silos are well, and a busy cluster is
/// not asked everything twice. Safe for concurrent use.
/// </summary>
internal sealed class LatencyTracker
{
    /// <summary>Shortest delay: a garbage collection or a cold image takes as long.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(150);

    /// <summary>Longest delay, whatever the latencies: half of the time that a stream may be silent.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);

    private const double Multiple = 4;
    private const int Percentile = 95;

    /// <summary>Latencies that the percentile is taken of: the latest ones.</summary>
    private const int WindowLength = 256;

    /// <summary>Latencies between two computations of the delay.</summary>
    private const int UpdateInterval = 16;

    private readonly Lock _gate = new();
    private readonly double[] _seconds = new double[WindowLength];
    private readonly double[] _sorted = new double[WindowLength];
    private int _count;
    private TimeSpan _hedgeDelay = Shortest;

    /// <summary>Time to wait for an answer before another silo is asked too.</summary>
    public TimeSpan HedgeDelay
    {
        get
        {
            lock (_gate)
            {
                return _hedgeDelay;
            }
        }
    }

    /// <summary>Adds the latency of an answer.</summary>
    public void Add(TimeSpan latency)
    {
        lock (_gate)
        {
            _seconds[_count++ % WindowLength] = latency.TotalSeconds;
            if (_count % UpdateInterval == 0)
            {
                var sorted = _sorted.AsSpan(0, Math.Min(_count, WindowLength));
                _seconds.AsSpan(0, sorted.Length).CopyTo(sorted);
                sorted.Sort();
                var delay = TimeSpan.FromSeconds(Multiple * sorted[sorted.Length * Percentile / 100]);
                _hedgeDelay = delay < Shortest ? Shortest : delay > Longest ? Longest : delay;
            }
        }
    }
}
