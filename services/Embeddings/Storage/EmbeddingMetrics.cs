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

    public EmbeddingMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("segmentation.embeddings");
        _reads = _meter.CreateCounter<long>(
            "segmentation.embeddings.reads", "{read}", "Reads by what was read (info, values) and result (hit, miss).");
    }

    /// <summary>Counts a read.</summary>
    public void Read(string what, bool hit) =>
        _reads.Add(1, new("what", what), new KeyValuePair<string, object?>("result", hit ? "hit" : "miss"));

    /// <summary>Reports the bytes held in this process.</summary>
    public void ObserveSize(Func<long> sizeBytes) => _meter.CreateObservableUpDownCounter(
        "segmentation.embeddings.size", sizeBytes, "By", "Bytes of embeddings held in this process.");
}
