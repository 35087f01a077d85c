using Segmentation.Common;
using Segmentation.Decoder.Engine;
using Segmentation.Decoder.Images;
using Segmentation.Decoder.Scheduling;
using Segmentation.Decoder.Telemetry;
using Segmentation.Embeddings;
using Segmentation.Grains;
using Segmentation.Masks.Everything;

namespace Segmentation.Decoder.Everything;

/// <summary>
/// Decodes the parts of searches: points of a crop, a few in each job, in the batch lane on all workers.
/// </summary>
internal sealed class PointPartService(
    HotImages images,
    DecodeScheduler scheduler,
    PlanCache plans,
    PartResultCache results,
    DecodeModels models)
{
    /// <summary>Decodes points, or shares the result with another search that asks the same.</summary>
    /// <param name="key">Embedding of the crop.</param>
    /// <param name="request">The crop's place in the plan, and the points.</param>
    /// <param name="cancellationToken">
    /// Drops jobs that wait and ends those that run, unless another search waits too.
    /// </param>
    public Task<PointsReply> SearchAsync(
        EmbeddingKey key, PointsRequest request, CancellationToken cancellationToken) =>
        models.Find(key) is not null
            ? results.RunAsync(key, request, abandoned => DecodeAsync(key, request, abandoned), cancellationToken)
            : Task.FromResult(new PointsReply { Status = DecodeStatus.ImageNotFound });

    /// <summary>Ends a search in a crop.</summary>
    public void Leave(EmbeddingKey key, string plan, int crop, Guid search) => results.Leave(key, plan, crop, search);

    /// <summary>Removes the results of an image.</summary>
    public void Forget(EmbeddingKey key) => results.Forget(key);

    private async Task<PointsReply> DecodeAsync(
        EmbeddingKey key, PointsRequest request, CancellationToken cancellationToken)
    {
        using var hot = await images.GetAsync(key, Lane.Batch, cancellationToken);
        if (hot.Image is not { } image)
        {
            return hot.RefusedFor is { } retry ? Overloaded(retry) : new() { Status = DecodeStatus.ImageNotFound };
        }

        var plan = plans.Get(request.Plan);
        var size = scheduler.PromptsPerJob(Lane.Batch, request.Points.Length, dearest: 1);
        var pieces = request.Points.Chunk(size).ToList();
        var series = new ChunkedJobs<BatchResult>(scheduler, pieces.Count, (i, ends) => new DecodeJob<BatchResult>(
            Lane.Batch,
            (worker, token) => worker.Find(image, plan, new PointBatch(request.Crop, pieces[i]), token),
            ends)
        {
            Name = DecoderMetrics.Search,
            Engine = hot.Model?.Engine,
            Prompts = pieces[i].Length,
            Cost = pieces[i].Length,
            Tenant = key.Tenant,
        });
        return await series.CompleteAsync(cancellationToken) is { } retryAfter
            ? Overloaded(retryAfter)
            : Answer(series.Results);
    }

    private static PointsReply Overloaded(TimeSpan retryAfter) =>
        new() { Status = DecodeStatus.Overloaded, RetryAfter = retryAfter };

    private static PointsReply Answer(BatchResult[] found) => new()
    {
        Status = DecodeStatus.Ok,
        Candidates = [.. found.SelectMany(batch => batch.Candidates).Select(CandidateData.Of)],
        Explained = [.. found.SelectMany(batch => batch.Explained).Distinct().Order()],
    };
}
