using System.Diagnostics.Metrics;
using Segmentation.Common;

namespace Segmentation.Decoder.Telemetry;

/// <summary>A silo's figures.</summary>
internal sealed class DecoderMetrics
{
    /// <summary>No room in the lane.</summary>
    public const string Overloaded = "overloaded";

    /// <summary>The deadline would have passed before the work was done.</summary>
    public const string Late = "late";

    /// <summary>The caller gave up or its time was over.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Prompts of clients.</summary>
    public const string Decode = "decode";

    /// <summary>Points of searches for everything.</summary>
    public const string Search = "search";

    private const string Hit = "hit";
    private const string Miss = "miss";

    // From one prompt on an idle core, about 10 ms, to a queue that nobody should have to wait in.
    private static readonly InstrumentAdvice<double> _seconds = new()
    {
        HistogramBucketBoundaries =
            [0.0005, 0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5],
    };

    private readonly Meter _meter;
    private readonly Histogram<double> _wait;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _prompts;
    private readonly Counter<long> _images;
    private readonly Counter<long> _evictedImages;
    private readonly Counter<long> _evictedMasks;
    private readonly Counter<long> _loadedModels;
    private readonly Counter<long> _evictedModels;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _sharedParts;

    public DecoderMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(DecoderTelemetry.Name);
        _wait = _meter.CreateHistogram(
            "segmentation.decoder.wait",
            "s",
            "Time from handing a request in until a worker took its first prompts, by lane.",
            advice: _seconds);
        _duration = _meter.CreateHistogram(
            "segmentation.decoder.duration",
            "s",
            "Time a worker spent on a piece of work, by lane and work (decode, prepare, search, ...).",
            advice: _seconds);
        _prompts = _meter.CreateCounter<long>(
            "segmentation.decoder.prompts",
            "{prompt}",
            "Prompts and points of the pieces of work done, by lane and work (decode, search).");
        _images = _meter.CreateCounter<long>(
            "segmentation.decoder.images.reads", "{read}", "Requests for a hot image, by result (hit, miss).");
        _evictedImages = _meter.CreateCounter<long>(
            "segmentation.decoder.images.evicted", "{image}", "Prepared images evicted for want of room.");
        _evictedMasks = _meter.CreateCounter<long>(
            "segmentation.decoder.masks.evicted", "{mask}", "Logits evicted for want of room.");
        _loadedModels = _meter.CreateCounter<long>(
            "segmentation.decoder.models.loads", "{load}", "Loads of decoders, by model.");
        _evictedModels = _meter.CreateCounter<long>(
            "segmentation.decoder.models.evicted", "{model}", "Decoders evicted for want of room, by model.");
        _dropped = _meter.CreateCounter<long>(
            "segmentation.decoder.dropped", "{job}", "Work that never ran, by lane and reason.");
        _sharedParts = _meter.CreateCounter<long>(
            "segmentation.decoder.searches.shared",
            "{part}",
            "Parts of searches answered with what another search found.");
        CountFromZero();
    }

    /// <summary>Reports how many requests wait in a lane.</summary>
    public void ObserveQueues(Func<Lane, int> length) => _meter.CreateObservableUpDownCounter(
        "segmentation.decoder.queue.length",
        () => new[]
        {
            new Measurement<int>(length(Lane.Interactive), Tag(Lane.Interactive)),
            new Measurement<int>(length(Lane.Batch), Tag(Lane.Batch)),
        },
        "{request}",
        "Requests that wait for a worker, or have prompts that do, by lane.");

    /// <summary>Reports the workers, which with the durations' sum say how busy the silo is.</summary>
    public void ObserveWorkers(int workers) => _meter.CreateObservableUpDownCounter(
        "segmentation.decoder.workers", () => workers, "{thread}", "Threads that decode.");

    /// <summary>Reports prepared images and their bytes.</summary>
    public void ObserveHotImages(Func<int> count, Func<long> sizeBytes)
    {
        _meter.CreateObservableUpDownCounter(
            "segmentation.decoder.images.held", count, "{image}", "Prepared images held.");
        _meter.CreateObservableUpDownCounter(
            "segmentation.decoder.images.size", sizeBytes, "By", "Bytes of prepared images held.");
    }

    /// <summary>Reports the bytes of kept logits.</summary>
    public void ObserveMaskLogits(Func<long> sizeBytes) => _meter.CreateObservableUpDownCounter(
        "segmentation.decoder.masks.size", sizeBytes, "By", "Bytes of logits held for later prompts.");

    /// <summary>Reports the bytes of what searches under way have found.</summary>
    public void ObserveSearches(Func<long> sizeBytes) => _meter.CreateObservableUpDownCounter(
        "segmentation.decoder.searches.size", sizeBytes, "By", "Bytes of what searches under way have found.");

    /// <summary>Reports the bytes of every served model's decoder.</summary>
    public void ObserveModels(Func<IEnumerable<(string Model, long Bytes)>> sizes) =>
        _meter.CreateObservableUpDownCounter(
            "segmentation.decoder.models.size",
            () => sizes().Select(one => new Measurement<long>(one.Bytes, ModelTag(one.Model))),
            "By",
            "Size of the decoder files of served models, by model; 0 while a model is not loaded.");

    /// <summary>A model was loaded.</summary>
    public void ModelLoaded(string model, int count = 1) => _loadedModels.Add(count, ModelTag(model));

    /// <summary>A model made room for another.</summary>
    public void ModelEvicted(string model, int count = 1) => _evictedModels.Add(count, ModelTag(model));

    /// <summary>Counts a request for a hot image.</summary>
    public void ImageRead(bool hit) =>
        _images.Add(1, new KeyValuePair<string, object?>("result", hit ? Hit : Miss));

    /// <summary>A prepared image made room for another.</summary>
    public void ImageEvicted() => _evictedImages.Add(1);

    /// <summary>A mask's logits made room for others.</summary>
    public void MaskEvicted() => _evictedMasks.Add(1);

    /// <summary>A part of a search was answered with what another one found.</summary>
    public void PartShared() => _sharedParts.Add(1);

    /// <summary>A worker took the first job of a request.</summary>
    public void Waited(Lane lane, TimeSpan wait) => _wait.Record(wait.TotalSeconds, Tag(lane));

    /// <summary>A worker is done with a job of so many prompts or points.</summary>
    public void Worked(Lane lane, string work, int prompts, TimeSpan duration)
    {
        var tag = new KeyValuePair<string, object?>("work", work);
        _duration.Record(duration.TotalSeconds, Tag(lane), tag);
        if (prompts > 0)
        {
            _prompts.Add(prompts, Tag(lane), tag);
        }
    }

    /// <summary>Jobs never ran.</summary>
    public void Dropped(Lane lane, string reason, int jobs) =>
        _dropped.Add(jobs, Tag(lane), new KeyValuePair<string, object?>("reason", reason));

    /// <summary>A lane's name in metrics and traces.</summary>
    public static string NameOf(Lane lane) => lane == Lane.Interactive ? "interactive" : "batch";

    private static KeyValuePair<string, object?> Tag(Lane lane) => new("lane", NameOf(lane));

    private static KeyValuePair<string, object?> ModelTag(string model) => new("model", model);

    /// <summary>A counter that begins with its first event hides that event from rates.</summary>
    private void CountFromZero()
    {
        foreach (var result in new[] { Hit, Miss })
        {
            _images.Add(0, new KeyValuePair<string, object?>("result", result));
        }

        foreach (var (lane, work) in new[]
            { (Lane.Interactive, Decode), (Lane.Batch, Decode), (Lane.Batch, Search) })
        {
            _prompts.Add(0, Tag(lane), new KeyValuePair<string, object?>("work", work));
        }

        _evictedImages.Add(0);
        _evictedMasks.Add(0);
        _sharedParts.Add(0);
        foreach (var lane in Enum.GetValues<Lane>())
        {
            foreach (var reason in new[] { Overloaded, Late, Cancelled })
            {
                _dropped.Add(0, Tag(lane), new KeyValuePair<string, object?>("reason", reason));
            }
        }
    }
}
