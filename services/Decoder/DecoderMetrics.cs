using System.Diagnostics.Metrics;
using Segmentation.Grains;

namespace Segmentation.Decoder;

/// <summary>A silo's figures.</summary>
internal sealed class DecoderMetrics
{
    /// <summary>No room in the lane.</summary>
    public const string Overloaded = "overloaded";

    /// <summary>The caller gave up or its time was over.</summary>
    public const string Cancelled = "cancelled";

    private readonly Meter _meter;
    private readonly Histogram<double> _wait;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _images;
    private readonly Counter<long> _dropped;

    public DecoderMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(DecoderTelemetry.Name);
        _wait = _meter.CreateHistogram<double>(
            "segmentation.decoder.wait", "s", "Time from handing work in until a worker took it, by lane.");
        _duration = _meter.CreateHistogram<double>(
            "segmentation.decoder.duration", "s", "Time a worker spent on a piece of work, by lane.");
        _images = _meter.CreateCounter<long>(
            "segmentation.decoder.images.reads", "{read}", "Requests for a hot image, by result (hit, miss).");
        _dropped = _meter.CreateCounter<long>(
            "segmentation.decoder.dropped", "{job}", "Work that never ran, by lane and reason.");
    }

    /// <summary>Reports how many jobs wait in a lane.</summary>
    public void ObserveQueues(Func<Lane, int> length) => _meter.CreateObservableUpDownCounter(
        "segmentation.decoder.queue.length",
        () => new[]
        {
            new Measurement<int>(length(Lane.Interactive), Tag(Lane.Interactive)),
            new Measurement<int>(length(Lane.Batch), Tag(Lane.Batch)),
        },
        "{job}",
        "Work that waits for a worker, by lane.");

    /// <summary>Reports the bytes of prepared images.</summary>
    public void ObserveHotImages(Func<long> sizeBytes) => _meter.CreateObservableUpDownCounter(
        "segmentation.decoder.images.size", sizeBytes, "By", "Bytes of prepared images held.");

    /// <summary>Reports the bytes of kept logits.</summary>
    public void ObserveMaskLogits(Func<long> sizeBytes) => _meter.CreateObservableUpDownCounter(
        "segmentation.decoder.masks.size", sizeBytes, "By", "Bytes of logits held for later prompts.");

    /// <summary>Counts a request for a hot image.</summary>
    public void ImageRead(bool hit) =>
        _images.Add(1, new KeyValuePair<string, object?>("result", hit ? "hit" : "miss"));

    /// <summary>A worker took a job.</summary>
    public void Waited(Lane lane, TimeSpan wait) => _wait.Record(wait.TotalSeconds, Tag(lane));

    /// <summary>A worker is done with a job.</summary>
    public void Worked(Lane lane, TimeSpan duration) => _duration.Record(duration.TotalSeconds, Tag(lane));

    /// <summary>A job never ran.</summary>
    public void Dropped(Lane lane, string reason) =>
        _dropped.Add(1, Tag(lane), new KeyValuePair<string, object?>("reason", reason));

    private static KeyValuePair<string, object?> Tag(Lane lane) =>
        new("lane", lane == Lane.Interactive ? "interactive" : "batch");
}
