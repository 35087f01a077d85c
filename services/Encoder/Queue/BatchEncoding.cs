using Microsoft.Extensions.Options;
using Segmentation.Embeddings;
using Segmentation.Encoder.Pipeline;
using Segmentation.Sam;
using Segmentation.Sam.Images;

namespace Segmentation.Encoder.Queue;

/// <summary>What the threads that encode do: all images that are ready, up to the batch size, in one run.</summary>
internal sealed class BatchEncoding(
    EncodeQueue queue,
    ReadAhead ahead,
    IImagePipeline pipeline,
    EncoderMetrics metrics,
    TimeProvider time,
    IOptions<EncoderOptions> options,
    ILogger<BatchEncoding> logger)
{
    private const int Length = ImageEncoder.EmbeddingLength;

    /// <summary>Encodes batches until nothing will come any more.</summary>
    public void Run()
    {
        var values = new float[options.Value.BatchSize * Length];
        while (ahead.TakeBatch() is { Count: > 0 } batch)
        {
            Encode(batch, values);
        }
    }

    private void Encode(List<EncodeWork> batch, float[] values)
    {
        using var run = EncodeRun.Start([.. batch.Select(work => work.Parent)]);
        var start = time.GetTimestamp();
        foreach (var work in batch)
        {
            metrics.Waited(time.GetElapsedTime(work.AdmittedAt, start) - work.ReadTime);
        }

        try
        {
            ModelImage[] images = [.. batch.Select(work => work.Image!)];
            pipeline.Encode(images, values.AsMemory(0, batch.Count * Length), CancellationToken.None);
            var duration = time.GetElapsedTime(start);
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
            batch.ForEach(work => work.Fail(error));
        }
    }

    private void Complete(EncodeWork work, ModelImage image, ReadOnlySpan<float> values, TimeSpan batchDuration)
    {
        var (size, length) = (image.Geometry, work.Order.File.Length);
        var info = new EmbeddingInfo(size.Width, size.Height, length, image.MediaType);
        var duration = work.ReadTime + batchDuration;
        metrics.Encoded(duration);
        work.Complete(Embedding.FromSingle(info, values), duration);
    }
}
