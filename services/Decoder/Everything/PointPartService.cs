using Segmentation.Decoder.Images;
using Segmentation.Decoder.Scheduling;
using Segmentation.Embeddings;
using Segmentation.Grains;
using Segmentation.Grains.Everything;
using Segmentation.Masks.Everything;

namespace Segmentation.Decoder.Everything;

/// <summary>
/// Asks points of a crop, on all of the silo's workers, in the batch lane, a few points a job.
/// </summary>
internal sealed class PointPartService(
    HotImages images,
    DecodeScheduler scheduler,
    PlanCache plans,
    PartResultCache shared,
    ModelIdentity model)
{
    /// <summary>Asks points, or takes part in what another search asks or has found.</summary>
    /// <param name="key">Embedding of the crop.</param>
    /// <param name="request">The crop's place in the plan, and the points.</param>
    /// <param name="cancellationToken">Unless another search wants them: drops what has not begun, ends what runs.</param>
    public Task<PointsReply> SearchAsync(
        EmbeddingKey key, PointsRequest request, CancellationToken cancellationToken) =>
        key.ModelDigest == model.Digest && key.Preprocessing == model.Preprocessing
            ? shared.AskAsync(key, request, abandoned => AskAsync(key, request, abandoned), cancellationToken)
            : Task.FromResult(new PointsReply { Status = DecodeStatus.ImageNotFound });

    /// <summary>A search asks no more points of a crop.</summary>
    public void Leave(EmbeddingKey key, string plan, int crop, Guid search) => shared.Leave(key, plan, crop, search);

    /// <summary>Gives up what was found in an image.</summary>
    public void Forget(EmbeddingKey key) => shared.Forget(key);

    private async Task<PointsReply> AskAsync(
        EmbeddingKey key, PointsRequest request, CancellationToken cancellationToken)
    {
        var hot = await images.GetAsync(key, Lane.Batch, cancellationToken);
        if (hot.Image is not { } image)
        {
            return hot.RefusedFor is { } retry ? Overloaded(retry) : new() { Status = DecodeStatus.ImageNotFound };
        }

        var plan = plans.Get(request.Plan);
        var pieces = request.Points.Chunk(scheduler.PromptsPerJob(Lane.Batch, request.Points.Length, dearest: 1)).ToList();
        var series = new JobSeries<BatchResult>(scheduler, pieces.Count, (i, ends) => new DecodeJob<BatchResult>(
            Lane.Batch,
            (worker, token) => worker.Find(image, plan, new PointBatch(request.Crop, pieces[i]), token),
            ends)
        {
            Name = DecoderMetrics.Search,
            Prompts = pieces[i].Length,
            Cost = pieces[i].Length,
            Tenant = key.Tenant,
        });
        return await series.CompleteAsync(cancellationToken) is { } retryAfter ? Overloaded(retryAfter) : Answer(series.Results);
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
