using System.Diagnostics.Metrics;
using Segmentation.Embeddings;
using Segmentation.Encoder.Pipeline;

namespace Segmentation.Encoder.Telemetry;

/// <summary>The encoder's figures.</summary>
internal sealed class EncoderMetrics
{
    /// <summary>There is no room for another image.</summary>
    public const string Overloaded = "OVERLOADED";

    // From a GPU's 8 ms to a large model's seconds on a CPU.
    private static readonly InstrumentAdvice<double> _seconds = new()
    {
        HistogramBucketBoundaries =
            [0.0025, 0.005, 0.01, 0.02, 0.035, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30],
    };

    private static readonly InstrumentAdvice<int> _batchSizes = new()
    {
        HistogramBucketBoundaries = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64],
    };

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _readDuration;
    private readonly Histogram<double> _wait;
    private readonly Histogram<double> _batchDuration;
    private readonly Histogram<int> _batchSize;
    private readonly Counter<long> _images;
    private readonly Counter<long> _rejected;

    public EncoderMetrics(IMeterFactory meters, OpenModels models)
    {
        _meter = meters.Create(EncoderTelemetry.Name);
        _wait = _meter.CreateHistogram(
            "segmentation.encoder.wait", "s", "Time from admitting an image until its run began.", advice: _seconds);
        _duration = _meter.CreateHistogram(
            "segmentation.encoder.duration",
            "s",
            "Reading, transforming and encoding one image, without waiting.",
            advice: _seconds);
        _readDuration = _meter.CreateHistogram(
            "segmentation.encoder.prepare.duration", "s", "Reading and transforming one image.", advice: _seconds);
        _batchDuration = _meter.CreateHistogram(
            "segmentation.encoder.batch.duration",
            "s",
            "One run of the encoder graph, whatever its batch.",
            advice: _seconds);
        _batchSize = _meter.CreateHistogram(
            "segmentation.encoder.batch.size", "{image}", "Images encoded in one run.", advice: _batchSizes);
        _images = _meter.CreateCounter<long>(
            "segmentation.encoder.images", "{image}", "Images answered, by model and by whether the store held them already.");
        _rejected = _meter.CreateCounter<long>(
            "segmentation.encoder.rejected", "{image}", "Images refused, by reason.");

        // A counter that begins with its first event hides that event from rates.
        foreach (var model in models.All)
        {
            Answered(model.Identity.Id, held: true, images: 0);
            Answered(model.Identity.Id, held: false, images: 0);
        }

        Rejected(Overloaded, images: 0);
        ObserveModels(models);
    }

    /// <summary>Reports the images that are in no run yet.</summary>
    public void ObserveQueue(Func<int> images) => _meter.CreateObservableUpDownCounter(
        "segmentation.encoder.queue.length", images, "{image}", "Images that wait or are being read, not yet in a run.");

    /// <summary>Reports the bytes and the waiting images of every model.</summary>
    private void ObserveModels(OpenModels models)
    {
        _meter.CreateObservableUpDownCounter(
            "segmentation.encoder.models.size",
            () => models.All.Select(model => new Measurement<long>(model.SizeBytes, Tag(model.Identity.Id))),
            "By",
            "Size of the encoder files of the models that are open, by model.");
        _meter.CreateObservableUpDownCounter(
            "segmentation.encoder.models.waiting",
            () => models.All.Select(model => new Measurement<int>(model.Waiting, Tag(model.Identity.Id))),
            "{image}",
            "Images that wait or are being read, not yet in a run, by model.");
    }

    /// <summary>Reports the bytes reserved for reading.</summary>
    public void ObserveReading(Func<long> bytes) => _meter.CreateObservableUpDownCounter(
        "segmentation.encoder.read.reserved",
        bytes,
        "By",
        "Memory reserved for images being read and for pictures that crops are cut from.");

    /// <summary>Reports the bytes of images that are being received or wait.</summary>
    public void ObserveReceiving(Func<long> bytes) => _meter.CreateObservableUpDownCounter(
        "segmentation.encoder.upload.reserved", bytes, "By", "Bytes reserved for images received and not yet answered.");

    /// <summary>Counts an image read.</summary>
    public void Read(TimeSpan duration) => _readDuration.Record(duration.TotalSeconds);

    /// <summary>An image's run begins.</summary>
    public void Waited(string model, TimeSpan duration) => _wait.Record(duration.TotalSeconds, Tag(model));

    /// <summary>Counts a run.</summary>
    public void EncodedBatch(string model, int images, TimeSpan duration)
    {
        _batchSize.Record(images, Tag(model));
        _batchDuration.Record(duration.TotalSeconds, Tag(model));
    }

    /// <summary>Counts an encoding.</summary>
    public void Encoded(string model, TimeSpan duration) => _duration.Record(duration.TotalSeconds, Tag(model));

    /// <summary>Counts an answer; callers that shared it count once.</summary>
    public void Answered(string model, EncodeReply reply)
    {
        if (reply.Status == EncodeStatus.Encoded)
        {
            Answered(model, held: reply.EncodeTime == TimeSpan.Zero, images: 1);
            return;
        }

        Rejected(reply.Reason ?? Overloaded);
    }

    /// <summary>Counts an image refused.</summary>
    /// <param name="reason">One of a few words in upper case.</param>
    /// <param name="images">How many.</param>
    public void Rejected(string reason, long images = 1) =>
        _rejected.Add(images, new KeyValuePair<string, object?>("reason", reason));

    private static KeyValuePair<string, object?> Tag(string model) => new("model", model);

    private void Answered(string model, bool held, long images) =>
        _images.Add(images, new KeyValuePair<string, object?>("held", held), Tag(model));
}
