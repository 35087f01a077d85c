using System.Diagnostics;
using Segmentation.Encoder.Pipeline;
using Segmentation.Sam.Images;

namespace Segmentation.Encoder.Queue;

/// <summary>What the threads that read images do: the next most urgent image, while others are being encoded.</summary>
internal sealed class Preparation(
    EncodeQueue queue,
    ReadAhead ahead,
    IImagePipeline pipeline,
    EncoderMetrics metrics,
    TimeProvider time,
    ILogger<Preparation> logger)
{
    /// <summary>Reads images until the queue is closed.</summary>
    public void Run()
    {
        while (true)
        {
            // The slot first: which image is the most urgent is decided when it will really be read.
            ahead.TakeSlot();
            if (queue.Take() is not { } work)
            {
                ahead.FreeSlot();
                return;
            }

            ahead.Begin();
            EncoderTelemetry.Waited(work.Parent, time.GetElapsedTime(work.AdmittedAt), time);
            if (TryRead(work))
            {
                var duration = work.ReadTime;
                ahead.Add(work);
                metrics.Read(duration);
            }
            else
            {
                ahead.Fail();
            }
        }
    }

    private bool TryRead(EncodeWork work)
    {
        using var activity = EncoderTelemetry.Source.StartActivity("read image", ActivityKind.Internal, work.Parent);
        var start = time.GetTimestamp();
        try
        {
            // Work that has begun is finished even when nobody waits any more: the next upload then finds it.
            work.Image = pipeline.Read(work.Order.File, work.Order.Crop, CancellationToken.None);
            work.ReadTime = time.GetElapsedTime(start);
            return true;
        }
        catch (ImageException error)
        {
            work.Fail(error);
        }
        catch (Exception error)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
            EncoderLog.EncodingFailed(logger, error);
            work.Fail(error);
        }

        return false;
    }
}
