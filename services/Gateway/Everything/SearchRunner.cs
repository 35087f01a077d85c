using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Quotas;
using Segmentation.Gateway.Routing.Silos;
using Segmentation.Gateway.Telemetry;
using Segmentation.Grains;
using Segmentation.Masks.Everything;

namespace Segmentation.Gateway.Everything;

/// <summary>
/// Leads a search: crop after crop, round after round, while the next crop is being encoded. Its decisions depend on
/// the masks found, never on the order in which they arrive, so the final masks are the same on any cluster.
/// </summary>
internal sealed class SearchRunner(
    CropLibrary crops,
    PartDispatcher dispatcher,
    ImageEvictor forgetter,
    CandidateMemoryBudget memory,
    WorkMeter meter,
    EverythingMetrics metrics,
    TimeProvider clock)
{
    /// <summary>Runs a search to its end.</summary>
    /// <exception cref="OperationCanceledException">The last request has left.</exception>
    public async Task<Outcome<FinishedSearch>> RunAsync(Search search)
    {
        var (request, cancel) = (search.Request, search.Abandoned);
        if (!(await crops.OpenAsync(request, cancel)).TryGet(out var image, out var problem))
        {
            return problem;
        }

        var plan = new EverythingPlan(image.Info.Width, image.Info.Height, request.Options);
        if (request.File is null)
        {
            if ((await crops.CheckAsync(request, plan, cancel) ?? meter.Charge(request.Caller, request.Work)) is { } refused)
            {
                return refused;
            }
        }

        search.SetPlan(image, plan);
        var share = memory.Open();
        search.Hold(share);
        var run = new Run(search, plan, PlanData.Of(plan), share);
        try
        {
            return await SearchAllAsync(run, cancel) is { } failed
                ? failed
                : new FinishedSearch(
                    MaskSelection.Select(plan, run.Masks, cancel), clock.GetElapsedTime(search.Started));
        }
        finally
        {
            // Work that the search leaves out: its requests left, it failed, or crops and points were there already.
            meter.GiveBack(request.Caller, run.Undone);
        }
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
            ? EnsureOneAsync(run, run.Plan.Crops[crop], ahead.Token)
            : Task.FromResult<RpcStatus?>(null);
    }

    private async Task<RpcStatus?> EnsureOneAsync(Run run, EverythingCrop crop, CancellationToken cancel)
    {
        var ensured = await crops.EnsureAsync(run.Search.Request, run.Plan, crop, again: false, cancel);
        run.CropsEncoded += ensured.IsEncoded ? 1 : 0;
        return ensured.Problem;
    }

    private async Task<RpcStatus?> SearchAsync(Run run, EverythingCrop crop, CancellationToken cancel)
    {
        var key = CropLibrary.KeyOf(run.Search.Request, crop);
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
            for (var items = WorkItem.Of(round); items.Count > 0;)
            {
                var result = await dispatcher.RunAsync(
                    key,
                    items,
                    item => new PointsRequest
                    {
                        Plan = run.Data, Crop = crop.Index, Points = item.Points, Search = run.Search.Id,
                    },
                    (item, reply) => Add(run, crop, search, item, reply),
                    cancel);
                if (result.Problem is { } problem)
                {
                    return problem;
                }

                if (result.IsImageMissing)
                {
                    if (isProvidedAgain)
                    {
                        return LostTwice();
                    }

                    isProvidedAgain = true;
                    var ensured = await crops.EnsureAsync(run.Search.Request, run.Plan, crop, again: true, cancel);
                    if (ensured.Problem is { } lost)
                    {
                        return lost;
                    }
                }

                items = result.Unfinished;
            }
        }

        run.End(crop, search.Finish());
        if (crop.Layer > 0)
        {
            // Silos keep images that clients click on. A finished crop is not needed there; the store keeps its
            // embedding.
            await ForgetAsync(key, cancel);
        }

        return null;
    }

    private RpcStatus? Add(Run run, EverythingCrop crop, CropSearch search, WorkItem item, PointsReply reply)
    {
        MaskCandidate[] candidates = [.. reply.Candidates.Select(one => one.ToCandidate(crop))];
        if (!run.Share.TryAdd(candidates))
        {
            return memory.Exhausted();
        }

        item.AddTo(search, new BatchResult(candidates, reply.Explained));
        metrics.Asked(item.Points.Length);
        run.PointsAsked += item.Points.Length;
        run.Search.Add(crop, candidates, run.Masks.Count, run.PointsOfCrops + search.PointsDone);
        return null;
    }

    private async Task ForgetAsync(EmbeddingKey key, CancellationToken cancel)
    {
        try
        {
            await forgetter.ForgetAsync(key, cancel);
        }
        catch (Exception exception) when (TransientSiloErrors.Is(exception) && !cancel.IsCancellationRequested)
        {
            // The silo evicts the crop by itself when it needs the memory.
        }
    }

    private static RpcStatus LostTwice() => Problem.TryLater(
        StatusCode.Unavailable,
        "EMBEDDING_LOST",
        "No silo could get at the embedding of a crop, twice: the embedding store is too small or failing. The "
            + "request may be repeated after the delay in RetryInfo.",
        TimeSpan.FromSeconds(1));

    /// <summary>A search with its plan and the masks of its finished crops.</summary>
    private sealed record Run(Search Search, EverythingPlan Plan, PlanData Data, CandidateMemoryBudget.Share Share)
    {
        public List<IReadOnlyList<EverythingMask>> Masks { get; } = [];

        public long PointsOfCrops { get; private set; }

        /// <summary>Points that silos answered.</summary>
        public long PointsAsked { get; set; }

        /// <summary>Crops that were encoded for the first time.</summary>
        public int CropsEncoded { get; set; }

        /// <summary>Work that was charged and not done so far.</summary>
        public Work Undone
        {
            get
            {
                var all = Search.Request.Work;
                return all with
                {
                    Points = Math.Max(0, all.Points - PointsAsked),
                    Crops = Math.Max(0, all.Crops - CropsEncoded),
                };
            }
        }

        public void End(EverythingCrop crop, IReadOnlyList<EverythingMask> masks)
        {
            Masks.Add(masks);
            PointsOfCrops += crop.Grid.Count;
            Search.Add(crop, [], Masks.Count, PointsOfCrops);
        }
    }
}
