namespace Segmentation.Gateway.Routing.Hedging;

/// <summary>
/// When an answer is late: four times what nineteen of the last twenty took, within bounds. Few silos are that slow by
/// chance, so hedging costs next to nothing while all is well, and a busy cluster is not asked everything twice.
/// </summary>
internal sealed class LatencyTracker
{
    /// <summary>No answer is late before: a garbage collection or a cold image takes as long.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(150);

    /// <summary>A second silo is asked after so long whatever the first ones took; half of what may pass in silence.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);

    private const int Kept = 256;
    private const int Between = 16;
    private readonly Lock _gate = new();
    private readonly double[] _seconds = new double[Kept];
    private readonly double[] _sorted = new double[Kept];
    private int _count;
    private TimeSpan _late = Shortest;

    /// <summary>How long to wait for an answer before another silo is asked too.</summary>
    public TimeSpan Late
    {
        get
        {
            lock (_gate)
            {
                return _late;
            }
        }
    }

    /// <summary>An answer took so long.</summary>
    public void Add(TimeSpan duration)
    {
        lock (_gate)
        {
            _seconds[_count++ % Kept] = duration.TotalSeconds;
            if (_count % Between == 0)
            {
                var sorted = _sorted.AsSpan(0, Math.Min(_count, Kept));
                _seconds.AsSpan(0, sorted.Length).CopyTo(sorted);
                sorted.Sort();
                var late = TimeSpan.FromSeconds(4 * sorted[sorted.Length * 95 / 100]);
                _late = late < Shortest ? Shortest : late > Longest ? Longest : late;
            }
        }
    }
}
