using System.Diagnostics.Metrics;
using Segmentation.Embeddings;
using Segmentation.Encoder.Queue;

namespace Segmentation.Encoder;

/// <summary>The encoder's figures.</summary>
internal sealed class EncoderMetrics
{
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _readDuration;
    private readonly Histogram<double> _batchDuration;
    private readonly Histogram<int> _batchSize;
    private readonly Counter<long> _images;
    private readonly Counter<long> _rejected;

    public EncoderMetrics(IMeterFactory meters, EncodeQueue queue)
    {
        var meter = meters.Create(EncoderTelemetry.Name);
        meter.CreateObservableUpDownCounter(
            "segmentation.encoder.queue.length", () => queue.Length, "{image}", "Images that wait to be read.");
        _duration = meter.CreateHistogram<double>(
            "segmentation.encoder.duration", "s", "Reading, transforming and encoding one image, without waiting.");
        _readDuration = meter.CreateHistogram<double>(
            "segmentation.encoder.prepare.duration", "s", "Reading and transforming one image.");
        _batchDuration = meter.CreateHistogram<double>(
            "segmentation.encoder.batch.duration", "s", "One run of the encoder graph, whatever its batch.");
        _batchSize = meter.CreateHistogram<int>(
            "segmentation.encoder.batch.size", "{image}", "Images encoded in one run.");
        _images = meter.CreateCounter<long>(
            "segmentation.encoder.images", "{image}", "Images answered, by whether the store held them already.");
        _rejected = meter.CreateCounter<long>(
            "segmentation.encoder.rejected", "{image}", "Images refused, by reason.");
    }

    /// <summary>Counts an image read.</summary>
    public void Read(TimeSpan duration) => _readDuration.Record(duration.TotalSeconds);

    /// <summary>Counts a run.</summary>
    public void EncodedBatch(int images, TimeSpan duration)
    {
        _batchSize.Record(images);
        _batchDuration.Record(duration.TotalSeconds);
    }

    /// <summary>Counts an encoding.</summary>
    public void Encoded(TimeSpan duration) => _duration.Record(duration.TotalSeconds);

    /// <summary>Counts an answer; callers that shared it count once.</summary>
    public void Answered(EncodeReply reply)
    {
        if (reply.Status == EncodeStatus.Encoded)
        {
            _images.Add(1, new KeyValuePair<string, object?>("held", reply.EncodeTime == TimeSpan.Zero));
            return;
        }

        _rejected.Add(1, new KeyValuePair<string, object?>("reason", reply.Reason ?? "OVERLOADED"));
    }
}
