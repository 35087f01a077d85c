using System.Diagnostics.Metrics;

namespace Segmentation.Embeddings.Storage;

/// <summary>The store's figures, meter <c>segmentation.embeddings</c>.</summary>
internal sealed class EmbeddingMetrics
{
    /// <summary>Reads of the header alone.</summary>
    public const string Info = "info";

    /// <summary>Reads of the values.</summary>
    public const string Values = "values";

    private readonly Meter _meter;
    private readonly Counter<long> _reads;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _damaged;
    private readonly Counter<long> _unavailable;
    private readonly Histogram<double> _duration;

    public EmbeddingMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("segmentation.embeddings");
        _reads = _meter.CreateCounter<long>(
            "segmentation.embeddings.reads", "{read}", "Reads by what was read (info, values) and result (hit, miss).");
        _bytes = _meter.CreateCounter<long>(
            "segmentation.embeddings.io", "By", "Bytes of embeddings moved to and from Redis (direction: read, write).");
        _damaged = _meter.CreateCounter<long>(
            "segmentation.embeddings.damaged", "{embedding}", "Embeddings removed because their checksum was wrong.");
        _unavailable = _meter.CreateCounter<long>(
            "segmentation.embeddings.unavailable", "{operation}", "Operations that Redis did not answer, by operation.");
        _duration = _meter.CreateHistogram<double>(
            "segmentation.embeddings.duration", "s", "Time until Redis answered, by operation.");
    }

    /// <summary>Counts a read.</summary>
    public void Read(string what, bool hit) =>
        _reads.Add(1, new("what", what), new KeyValuePair<string, object?>("result", hit ? "hit" : "miss"));

    /// <summary>Counts bytes moved.</summary>
    public void Moved(string direction, int bytes) =>
        _bytes.Add(bytes, new KeyValuePair<string, object?>("direction", direction));

    /// <summary>Counts a damaged embedding.</summary>
    public void Damaged() => _damaged.Add(1);

    /// <summary>Counts an operation that was answered.</summary>
    public void Answered(string operation, TimeSpan duration) => _duration.Record(
        duration.TotalSeconds, new KeyValuePair<string, object?>("operation", operation));

    /// <summary>Counts an operation that was not.</summary>
    public void Unanswered(string operation) =>
        _unavailable.Add(1, new KeyValuePair<string, object?>("operation", operation));

    /// <summary>Reports the bytes held in this process.</summary>
    public void ObserveSize(Func<long> sizeBytes) => _meter.CreateObservableUpDownCounter(
        "segmentation.embeddings.size", sizeBytes, "By", "Bytes of embeddings held in this process.");
}
