using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Routing;
using Segmentation.Gateway.Telemetry;
using Segmentation.Grains.Everything;
using Segmentation.Masks.Everything;

namespace Segmentation.Gateway.Everything;

/// <summary>
/// Leads a search: crop after crop, round after round, while the next crop is being encoded. All that is decided here
/// follows from what was found, never from the order in which it came, so the masks are the same on any cluster.
/// </summary>
internal sealed class SearchRunner(
    CropLibrary crops,
    PartDispatcher dispatcher,
    ImageForgetter forgetter,
    FoundBudget found,
    EverythingMetrics metrics,
    TimeProvider clock)
{
    /// <summary>Does a search.</summary>
    /// <exception cref="OperationCanceledException">Nobody wanted it any more.</exception>
    public async Task<Outcome<FinishedSearch>> RunAsync(Search search)
    {
        var (order, cancel) = (search.Order, search.Abandoned);
        if (!(await crops.OpenAsync(order, cancel)).TryGet(out var image, out var problem))
        {
            return problem;
        }

        var plan = new EverythingPlan(image.Info.Width, image.Info.Height, order.Options);
        if (order.File is null && await crops.CheckAsync(order, plan, cancel) is { } missing)
        {
            return missing;
        }

        search.Plan(image, plan);
        var share = found.Open();
        search.Hold(share);
        var run = new Run(search, plan, PlanMessages.ToData(plan, order.OptionsId), share);
        return await SearchAllAsync(run, cancel) is { } failed
            ? failed
            : new FinishedSearch(
                MaskSelection.Select(plan, run.Masks, cancel), clock.GetElapsedTime(search.Started));
    }

    private async Task<RpcStatus?> SearchAllAsync(Run run, CancellationToken cancel)
    {
        using var ahead = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var next = EnsureAsync(0);
        try
        {
            for (var i = 0; i < run.Plan.Crops.Count; i++)
            {
                if (await next is { } problem)
                {
                    return problem;
                }

                next = EnsureAsync(i + 1);
                if (await SearchAsync(run, run.Plan.Crops[i], cancel) is { } failed)
                {
                    return failed;
                }
            }

            return null;
        }
        finally
        {
            await ahead.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Task<RpcStatus?> EnsureAsync(int crop) => crop < run.Plan.Crops.Count
            ? crops.EnsureAsync(run.Search.Order, run.Plan, run.Plan.Crops[crop], again: false, ahead.Token)
            : Task.FromResult<RpcStatus?>(null);
    }

    private async Task<RpcStatus?> SearchAsync(Run run, EverythingCrop crop, CancellationToken cancel)
    {
        var key = CropLibrary.KeyOf(run.Search.Order, crop);
        try
        {
            return await SearchAsync(run, crop, key, cancel);
        }
        finally
        {
            await dispatcher.LeaveAsync(key, run.Data.Id, crop.Index, run.Search.Id);
        }
    }

    private async Task<RpcStatus?> SearchAsync(Run run, EverythingCrop crop, EmbeddingKey key, CancellationToken cancel)
    {
        var search = new CropSearch(run.Plan, crop);
        var isProvidedAgain = false;
        for (var round = search.NextRound(); round.Count > 0; round = search.NextRound())
        {
            var parts = SearchPart.Of(round);
            while (await dispatcher.RunAsync(
                key,
                parts,
                part => new PointsRequest
                {
                    Plan = run.Data, Crop = crop.Index, Points = part.Points, Search = run.Search.Id,
                },
                (part, reply) => Add(run, crop, search, part, reply),
                cancel) is { } problem)
            {
                if (problem.Status is { } status)
                {
                    return status;
                }

                if (isProvidedAgain)
                {
                    return LostTwice();
                }

                isProvidedAgain = true;
                if (await crops.EnsureAsync(run.Search.Order, run.Plan, crop, again: true, cancel) is { } lost)
                {
                    return lost;
                }
            }
        }

        run.End(crop, search.Finish());
        if (crop.Layer > 0)
        {
            // Silos keep images that people click on; a crop's turn is over, and its embedding stays in the store.
            await ForgetAsync(key, cancel);
        }

        return null;
    }

    private RpcStatus? Add(Run run, EverythingCrop crop, CropSearch search, SearchPart part, PointsReply reply)
    {
        MaskCandidate[] candidates = [.. reply.Candidates.Select(one => PlanMessages.ToCandidate(one, crop))];
        if (!run.Share.TryAdd(candidates))
        {
            return found.Exhausted();
        }

        part.AddTo(search, new BatchResult(candidates, reply.Explained));
        metrics.Asked(part.Points.Length);
        run.Search.Add(crop, candidates, run.Masks.Count, run.PointsOfCrops + search.PointsDone);
        return null;
    }

    private async Task ForgetAsync(EmbeddingKey key, CancellationToken cancel)
    {
        try
        {
            await forgetter.ForgetAsync(key, cancel);
        }
        catch (Exception exception) when (Unreached.Is(exception) && !cancel.IsCancellationRequested)
        {
            // The silo gives it up by itself when it needs the room.
        }
    }

    private static RpcStatus LostTwice() => Problem.TryLater(
        StatusCode.Unavailable,
        "EMBEDDING_LOST",
        "No silo could get at the embedding of a crop, twice: the embedding store is too small or failing. The "
            + "request may be repeated after the delay in RetryInfo.",
        TimeSpan.FromSeconds(1));

    /// <summary>A search with its plan, and what its crops gave.</summary>
    private sealed record Run(Search Search, EverythingPlan Plan, PlanData Data, FoundBudget.Share Share)
    {
        public List<IReadOnlyList<EverythingMask>> Masks { get; } = [];

        public long PointsOfCrops { get; private set; }

        public void End(EverythingCrop crop, IReadOnlyList<EverythingMask> masks)
        {
            Masks.Add(masks);
            PointsOfCrops += crop.Grid.Count;
            Search.Add(crop, [], Masks.Count, PointsOfCrops);
        }
    }
}
