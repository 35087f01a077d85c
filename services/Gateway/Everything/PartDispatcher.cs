using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Routing.Silos;
using Segmentation.Gateway.Telemetry;
using Segmentation.Grains;

namespace Segmentation.Gateway.Everything;

/// <summary>
/// Sends the work items of a round to all silos at once. A silo gets another item as soon as it has finished one, so
/// fast silos do more. When a silo is lost, drains or is full, another silo does its items. The result of an item
/// depends neither on the silo nor on the order.
/// </summary>
internal sealed class PartDispatcher(SiloRegistry silos, EverythingMetrics metrics, TimeProvider clock)
{
    /// <summary>Items of one search at a silo: one is worked on while the next is on its way.</summary>
    private const int ItemsASilo = 2;

    /// <summary>Number of silos lost with an item after which the item is suspected of being the cause.</summary>
    private const int MaxLosses = 5;

    /// <summary>
    /// Longest time without a finished item before the search fails: as long as a silo needs to start.
    /// </summary>
    private static readonly TimeSpan _outageTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Longest time that a finished search waits for a silo to hear of its end.</summary>
    private static readonly TimeSpan _farewellTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Does all items, or as many as can be done.</summary>
    /// <param name="key">Embedding of the crop that the items belong to.</param>
    /// <param name="items">The items, in the order of their round.</param>
    /// <param name="toRequest">Makes the message for an item.</param>
    /// <param name="add">Takes the result of an item, one call after the other; an error ends the search.</param>
    /// <param name="cancellationToken">Ends the work on all silos.</param>
    public async Task<DispatchResult> RunAsync(
        EmbeddingKey key,
        IReadOnlyList<WorkItem> items,
        Func<WorkItem, PointsRequest> toRequest,
        Func<WorkItem, PointsReply, RpcStatus?> add,
        CancellationToken cancellationToken)
    {
        using var round = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (waiting, running) = (items.ToList(), new List<Attempt>());
        RpcStatus? problem;
        try
        {
            problem = await DispatchAsync(waiting, running, Send, add, cancellationToken);
        }
        finally
        {
            await round.CancelAsync();
            await ((Task)Task.WhenAll(running.Select(attempt => attempt.Reply)))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return new DispatchResult([.. waiting, .. running.Select(attempt => attempt.Item)], problem);

        Attempt Send(SiloState silo, WorkItem item) =>
            new(silo, item, AskAsync(silo, key, toRequest(item), round.Token));
    }

    /// <summary>
    /// Tells all silos that a search sends no more points of a crop. Never throws, and waits a second at most.
    /// </summary>
    /// <param name="key">Embedding of the crop.</param>
    /// <param name="plan">Id of the plan.</param>
    /// <param name="crop">Index of the crop in the plan.</param>
    /// <param name="search">The search.</param>
    public Task LeaveAsync(EmbeddingKey key, string plan, int crop, Guid search)
    {
        return Task.WhenAll(silos.All.Select(LeaveOneAsync));

        async Task LeaveOneAsync(SiloState silo)
        {
            using var timeout = new CancellationTokenSource(_farewellTimeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, silo.Left);
            try
            {
                var image = silo.Image(key.ToString());
                await image.LeaveSearchAsync(plan, crop, search, either.Token).WaitAsync(either.Token);
            }
            catch (Exception)
            {
                // A silo discards results by itself when no search has asked for them for a while.
            }
        }
    }

    /// <summary>Moves items from waiting to running to done, until none is left or the rest cannot be done.</summary>
    /// <returns>The error that ends the search; null when all is done or no silo has the image.</returns>
    private async Task<RpcStatus?> DispatchAsync(
        List<WorkItem> waiting,
        List<Attempt> running,
        Func<SiloState, WorkItem, Attempt> send,
        Func<WorkItem, PointsReply, RpcStatus?> add,
        CancellationToken cancellationToken)
    {
        var assigner = new PartAssigner(silos, ItemsASilo, clock);
        var progressed = clock.GetTimestamp();
        while (waiting.Count > 0 || running.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var change = silos.NextChange;
            while (assigner.Next(running, waiting) is { } next)
            {
                waiting.Remove(next.Item);
                running.Add(send(next.Silo, next.Item));
            }

            if (running.Count == 0 && assigner.NoSiloHasTheImage)
            {
                return null;
            }

            if (running.Count == 0 && clock.GetElapsedTime(progressed) >= _outageTimeout)
            {
                return assigner.FullFor is { } wait ? DecoderProblems.Overloaded(wait) : DecoderProblems.OutOfReach();
            }

            await AnyChangeAsync(running, change, assigner.LongestWait(running.Count > 0), cancellationToken);
            foreach (var ended in running.Where(attempt => attempt.Reply.IsCompleted).ToList())
            {
                running.Remove(ended);
                var reply = await ended.Reply;
                if (reply is { Status: DecodeStatus.Ok })
                {
                    ended.Silo.Answered();
                    progressed = clock.GetTimestamp();
                    if (add(ended.Item, reply) is { } problem)
                    {
                        return problem;
                    }

                    continue;
                }

                waiting.Add(ended.Item);
                if (!CanRepeat(ended, reply, assigner))
                {
                    return DecoderProblems.OutOfReach();
                }
            }
        }

        return null;
    }

    /// <summary>Notes why an item was not done.</summary>
    /// <returns>False when too many silos were lost with the item.</returns>
    private bool CanRepeat(Attempt ended, PointsReply? reply, PartAssigner assigner)
    {
        metrics.Repeated(reply is null ? GatewayMetrics.Failed : GatewayMetrics.Refused);
        switch (reply?.Status)
        {
            case null:
                ended.Silo.Failed(silos.AvoidUntil);
                return ++ended.Item.Losses < MaxLosses;
            case DecodeStatus.Overloaded:
                assigner.MarkFull(ended.Silo, reply.RetryAfter);
                return true;
            case DecodeStatus.ImageNotFound:
                assigner.MarkWithoutImage(ended.Silo);
                return true;
            default:
                throw new InvalidOperationException($"A silo answered {reply.Status} to points.");
        }
    }

    /// <summary>Asks a silo; null when it could not be reached or ended.</summary>
    private static async Task<PointsReply?> AskAsync(
        SiloState silo, EmbeddingKey key, PointsRequest request, CancellationToken round)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(round, silo.Left);
        using var sent = silo.Send();
        try
        {
            var reply = await silo.Image(key.ToString()).SearchAsync(request, either.Token);
            if (reply.IsSiloDraining)
            {
                silo.Drains();
            }

            return reply;
        }
        catch (Exception exception) when (TransientSiloErrors.Is(exception))
        {
            return null;
        }
    }

    /// <summary>Waits until an item is done, a silo comes or goes, or a full silo may be asked again.</summary>
    private async Task AnyChangeAsync(
        List<Attempt> running, Task change, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pause = Task.Delay(atMost, clock, timer.Token);
        await Task.WhenAny([.. running.Select(attempt => attempt.Reply), change, pause]);
        await timer.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>An item at a silo.</summary>
    internal sealed record Attempt(SiloState Silo, WorkItem Item, Task<PointsReply?> Reply);
}

/// <summary>Result of a round.</summary>
/// <param name="Unfinished">Items that were not done; empty when the round is finished.</param>
/// <param name="Problem">Error that ends the search, or null.</param>
internal sealed record DispatchResult(IReadOnlyList<WorkItem> Unfinished, RpcStatus? Problem)
{
    /// <summary>True if items are left because no silo can get the crop's embedding.</summary>
    public bool IsImageMissing => Problem is null && Unfinished.Count > 0;
}
