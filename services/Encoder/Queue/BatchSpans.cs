using System.Diagnostics;
using Segmentation.Encoder.Telemetry;

namespace Segmentation.Encoder.Queue;

/// <summary>
/// The spans of one run of the encoder. It belongs to every image of its batch: the run itself is in the first one's
/// trace and linked to the others'; each of these has a span of its own for it, linked to the run.
/// </summary>
internal sealed class BatchSpans : IDisposable
{
    private const string BatchSize = "segmentation.encoder.batch.size";
    private readonly List<Activity> _spans = [];

    private BatchSpans()
    {
    }

    /// <summary>Starts the spans, if somebody listens.</summary>
    /// <param name="images">The traces of the images, in the order of the batch.</param>
    public static BatchSpans Start(IReadOnlyList<ActivityContext> images)
    {
        var run = new BatchSpans();
        var others = images.Skip(1).Select(image => new ActivityLink(image));
        if (run.Add("encode batch", images[0], images.Count, others) is { } whole)
        {
            ActivityLink[] link = [new(whole.Context)];
            foreach (var image in images.Skip(1))
            {
                run.Add("share of batch", image, images.Count, link);
            }
        }

        return run;
    }

    /// <summary>Nothing came of it.</summary>
    public void Fail() => _spans.ForEach(span => span.SetStatus(ActivityStatusCode.Error));

    /// <summary>
    /// It has ended. In reverse, so that each gives the thread's current span back to the one before.
    /// </summary>
    public void Dispose()
    {
        for (var i = _spans.Count - 1; i >= 0; i--)
        {
            _spans[i].Dispose();
        }
    }

    private Activity? Add(string name, ActivityContext image, int batchSize, IEnumerable<ActivityLink> links)
    {
        var span = EncoderTelemetry.Source.StartActivity(
            ActivityKind.Internal, image, [new(BatchSize, batchSize)], links, name: name);
        if (span is not null)
        {
            _spans.Add(span);
        }

        return span;
    }
}
