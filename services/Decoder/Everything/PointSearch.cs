using Microsoft.Extensions.Options;
using Segmentation.Decoder.Images;
using Segmentation.Decoder.Scheduling;
using Segmentation.Embeddings;
using Segmentation.Grains;
using Segmentation.Grains.Everything;
using Segmentation.Sam.Everything;

namespace Segmentation.Decoder.Everything;

/// <summary>
/// Asks points of a crop, on all of the silo's workers, in the batch lane. Every point is a job: somebody who clicks waits
/// for at most one, and whoever cancels for one a worker.
/// </summary>
internal sealed class PointSearch(
    HotImages images,
    DecodeScheduler scheduler,
    PlanCache plans,
    ModelIdentity model,
    IOptions<DecoderOptions> options)
{
    /// <summary>Asks points.</summary>
    /// <param name="key">Embedding of the crop.</param>
    /// <param name="request">The crop's place in the plan, and the points.</param>
    /// <param name="cancellationToken">Drops what has not begun, ends what runs.</param>
    public async Task<PointsReply> SearchAsync(
        EmbeddingKey key, PointsRequest request, CancellationToken cancellationToken)
    {
        if (key.ModelDigest != model.Digest || key.Preprocessing != model.Preprocessing)
        {
            return new PointsReply { Status = DecodeStatus.ImageNotFound };
        }

        var hot = await images.GetAsync(key, Lane.Batch, cancellationToken);
        if (hot.Image is not { } image)
        {
            return hot.RefusedFor is { } retry ? Overloaded(retry) : new() { Status = DecodeStatus.ImageNotFound };
        }

        var plan = plans.Get(request.Plan);
        var found = new BatchResult[request.Points.Length];
        var refusedFor = 0L;
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = options.Value.Workers,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForAsync(0, found.Length, parallel, async (i, cancel) =>
        {
            if (Interlocked.Read(ref refusedFor) > 0)
            {
                return;
            }

            var point = new PointBatch(request.Crop, [request.Points[i]]);
            var job = new DecodeJob<BatchResult>(
                Lane.Batch, (worker, token) => worker.Find(image, plan, point, token), cancel)
            {
                Name = "search",
                Tenant = key.Tenant,
            };
            var result = await scheduler.RunAsync(job);
            if (result.Value is { } batch)
            {
                found[i] = batch;
            }
            else
            {
                Interlocked.Exchange(ref refusedFor, result.RefusedFor!.Value.Ticks);
            }
        });

        return refusedFor > 0 ? Overloaded(TimeSpan.FromTicks(refusedFor)) : Answer(found);
    }

    private static PointsReply Overloaded(TimeSpan retryAfter) =>
        new() { Status = DecodeStatus.Overloaded, RetryAfter = retryAfter };

    private static PointsReply Answer(BatchResult[] found) => new()
    {
        Status = DecodeStatus.Ok,
        Candidates = [.. found.SelectMany(batch => batch.Candidates).Select(EverythingMapping.ToData)],
        Explained = [.. found.SelectMany(batch => batch.Explained).Distinct().Order()],
    };
}
