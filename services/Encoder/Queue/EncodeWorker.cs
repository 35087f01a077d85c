using Microsoft.Extensions.Options;
using Segmentation.Embeddings;
using Segmentation.Encoder.Configuration;
using Segmentation.Encoder.Pipeline;
using Segmentation.Encoder.Telemetry;
using Segmentation.Models.Layouts;
using Segmentation.Sam;
using Segmentation.Sam.Images;

namespace Segmentation.Encoder.Queue;

/// <summary>Work of the threads that encode: all images that are ready, up to the batch size, in one run.</summary>
internal sealed class EncodeWorker(
    EncodeQueue queue,
    PrefetchBuffer prefetched,
    IImagePipeline pipeline,
    EncoderMetrics metrics,
    TimeProvider clock,
    IOptions<EncoderOptions> options,
    ILogger<EncodeWorker> logger)
{
    private static readonly int Length = EncoderLayout.Built.EmbeddingLength;

    /// <summary>Encodes batches until nothing will come any more.</summary>
    public void Run()
    {
        var values = new float[options.Value.BatchSize * Length];
        while (prefetched.TakeBatch() is { Count: > 0 } batch)
        {
            Encode(batch, values);
        }
    }

    private void Encode(List<EncodeJob> batch, float[] values)
    {
        using var run = BatchSpans.Start([.. batch.Select(job => job.Parent)]);
        var start = clock.GetTimestamp();
        foreach (var job in batch)
        {
            metrics.Waited(clock.GetElapsedTime(job.AdmittedAt, start) - job.ReadTime);
        }

        try
        {
            ModelImage[] images = [.. batch.Select(job => job.Image!)];
            pipeline.Encode(images, values.AsMemory(0, batch.Count * Length), CancellationToken.None);
            var duration = clock.GetElapsedTime(start);
            queue.Learn(duration / batch.Count);
            metrics.EncodedBatch(batch.Count, duration);
            for (var i = 0; i < batch.Count; i++)
            {
                Complete(batch[i], images[i], values.AsSpan(i * Length, Length), duration);
            }
        }
        catch (Exception error)
        {
            run.Fail();
            EncoderLog.EncodingFailed(logger, error);
            batch.ForEach(job => job.Fail(error));
        }
    }

    private void Complete(EncodeJob job, ModelImage image, ReadOnlySpan<float> values, TimeSpan batchDuration)
    {
        var (size, length) = (image.Geometry, job.Input.File.Length);
        var info = new EmbeddingInfo(size.Width, size.Height, length, image.MediaType);
        var duration = job.ReadTime + batchDuration;
        metrics.Encoded(duration);
        job.Complete(Embedding.FromSingle(info, values), duration);
    }
}
