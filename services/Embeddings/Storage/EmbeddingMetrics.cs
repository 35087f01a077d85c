using System.Diagnostics.Metrics;

namespace Segmentation.Embeddings.Storage;

/// <summary>The store's figures, meter <c>segmentation.embeddings</c>.</summary>
internal sealed class EmbeddingMetrics
{
    /// <summary>Reads of the header alone.</summary>
    public const string Info = "info";

    /// <summary>Reads of the values.</summary>
    public const string Values = "values";

    /// <summary>The direction from Redis.</summary>
    public const string FromRedis = "read";

    /// <summary>The direction to Redis.</summary>
    public const string ToRedis = "write";

    private const string Hit = "hit";
    private const string Miss = "miss";

    // From a small command on the same machine to the longest that a command may take by default.
    private static readonly InstrumentAdvice<double> _seconds = new()
    {
        HistogramBucketBoundaries = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
    };

    private readonly Meter _meter;
    private readonly Counter<long> _reads;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _damaged;
    private readonly Counter<long> _evicted;
    private readonly Counter<long> _unavailable;
    private readonly Histogram<double> _duration;

    public EmbeddingMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(EmbeddingTelemetry.Name);
        _reads = _meter.CreateCounter<long>(
            "segmentation.embeddings.reads", "{read}", "Reads by what was read (info, values) and result (hit, miss).");
        _bytes = _meter.CreateCounter<long>(
            "segmentation.embeddings.io", "By", "Bytes of embeddings moved to and from Redis (direction: read, write).");
        _damaged = _meter.CreateCounter<long>(
            "segmentation.embeddings.damaged", "{embedding}", "Embeddings removed because their checksum was wrong.");
        _evicted = _meter.CreateCounter<long>(
            "segmentation.embeddings.evicted", "{embedding}", "Embeddings in this process evicted for want of room.");
        _unavailable = _meter.CreateCounter<long>(
            "segmentation.embeddings.unavailable", "{operation}", "Operations that Redis did not answer, by operation.");
        _duration = _meter.CreateHistogram(
            "segmentation.embeddings.duration", "s", "Time until Redis answered, by operation.", advice: _seconds);
        CountFromZero();
    }

    /// <summary>Counts a read.</summary>
    public void Read(string what, bool hit) =>
        _reads.Add(1, new("what", what), new KeyValuePair<string, object?>("result", hit ? Hit : Miss));

    /// <summary>Counts bytes moved.</summary>
    public void Moved(string direction, int bytes) =>
        _bytes.Add(bytes, new KeyValuePair<string, object?>("direction", direction));

    /// <summary>Counts a damaged embedding.</summary>
    public void Damaged() => _damaged.Add(1);

    /// <summary>An embedding in this process made room for another.</summary>
    public void Evicted() => _evicted.Add(1);

    /// <summary>Counts an operation that was answered.</summary>
    public void Answered(string operation, TimeSpan duration) => _duration.Record(
        duration.TotalSeconds, new KeyValuePair<string, object?>("operation", operation));

    /// <summary>Counts an operation that was not.</summary>
    public void Unanswered(string operation) =>
        _unavailable.Add(1, new KeyValuePair<string, object?>("operation", operation));

    /// <summary>Reports the bytes held in this process.</summary>
    public void ObserveSize(Func<long> sizeBytes) => _meter.CreateObservableUpDownCounter(
        "segmentation.embeddings.size", sizeBytes, "By", "Bytes of embeddings held in this process.");

    /// <summary>Reports whether Redis answers.</summary>
    public void ObserveAvailability(Func<bool> isAvailable) => _meter.CreateObservableGauge(
        "segmentation.embeddings.available",
        () => isAvailable() ? 1 : 0,
        unit: null,
        "1 while Redis answered the last operation, otherwise 0.");

    /// <summary>A counter that begins with its first event hides that event from rates.</summary>
    private void CountFromZero()
    {
        foreach (var (what, result) in new[] { (Info, Hit), (Info, Miss), (Values, Hit), (Values, Miss) })
        {
            _reads.Add(0, new("what", what), new KeyValuePair<string, object?>("result", result));
        }

        foreach (var direction in new[] { FromRedis, ToRedis })
        {
            Moved(direction, 0);
        }

        foreach (var operation in StoreOperation.All)
        {
            _unavailable.Add(0, new KeyValuePair<string, object?>("operation", operation));
        }

        _damaged.Add(0);
        _evicted.Add(0);
    }
}
