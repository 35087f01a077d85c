using Segmentation.Embeddings;
using Segmentation.Encoder.Pipeline;
using Segmentation.Encoder.Telemetry;
using Segmentation.Sam.Images;

namespace Segmentation.Encoder.Queue;

/// <summary>Work of the threads that encode: all images that are ready, up to the batch size, in one run.</summary>
internal sealed class EncodeWorker(
    PrefetchBuffer prefetched, EncoderMetrics metrics, TimeProvider clock, ILogger<EncodeWorker> logger)
{
    /// <summary>Encodes batches until nothing will come any more.</summary>
    public void Run()
    {
        float[] values = [];
        while (prefetched.TakeBatch() is { Count: > 0 } batch)
        {
            var model = batch[0].Model;
            var length = model.MaxBatchSize * model.EmbeddingLength;
            values = values.Length >= length ? values : new float[length];
            Encode(model, batch, values);
        }
    }

    private void Encode(EncoderModel model, List<EncodeJob> batch, float[] values)
    {
        using var run = BatchSpans.Start([.. batch.Select(job => job.Parent)]);
        var start = clock.GetTimestamp();
        var (length, name) = (model.EmbeddingLength, model.Identity.Id);
        foreach (var job in batch)
        {
            job.Leave();
            metrics.Waited(name, clock.GetElapsedTime(job.AdmittedAt, start) - job.ReadTime);
        }

        try
        {
            ModelImage[] images = [.. batch.Select(job => job.Image!)];
            model.Pipeline.Encode(images, values.AsMemory(0, batch.Count * length), CancellationToken.None);
            var duration = clock.GetElapsedTime(start);
            model.Learn(duration / batch.Count);
            metrics.EncodedBatch(name, batch.Count, duration);
            for (var i = 0; i < batch.Count; i++)
            {
                Complete(batch[i], images[i], values.AsSpan(i * length, length), duration);
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
        metrics.Encoded(job.Model.Identity.Id, duration);
        job.Complete(Embedding.FromSingle(info, values), duration);
    }
}
