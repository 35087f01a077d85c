using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Routing.Silos;
using Segmentation.Gateway.Telemetry;
using Segmentation.Grains.Everything;

namespace Segmentation.Gateway.Everything;

/// <summary>
/// Has the parts of a round done by all silos at once. Each gets one more as soon as it has done one, so that fast ones
/// do more; the part of a silo that is lost, drains or is full is done by another. What a part gives does not depend on
/// who does it, nor on the order.
/// </summary>
internal sealed class PartDispatcher(SiloRegistry routes, EverythingMetrics metrics, TimeProvider clock)
{
    /// <summary>Parts of one search at a silo: one is worked on while the next is on its way.</summary>
    private const int PartsASilo = 2;

    /// <summary>How often a part may be lost with its silo before it is suspected of being why.</summary>
    private const int MaxLosses = 5;

    /// <summary>How long no part may be done before the search is given up: as long as a silo needs to start.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>How long a search that is over waits for a silo to hear of it.</summary>
    private static readonly TimeSpan _goodbyePatience = TimeSpan.FromSeconds(1);

    /// <summary>Does all parts, or as many as can be done.</summary>
    /// <param name="key">Embedding of the crop that the parts are of.</param>
    /// <param name="parts">The parts; those that were not done are in it afterwards.</param>
    /// <param name="toRequest">What a silo is sent for a part.</param>
    /// <param name="add">Takes what a part gave, one after the other; a problem ends the search.</param>
    /// <param name="cancellationToken">Gives up on all silos.</param>
    /// <returns>Null, or why parts are left.</returns>
    public async Task<DispatchProblem?> RunAsync(
        EmbeddingKey key,
        List<SearchPart> parts,
        Func<SearchPart, PointsRequest> toRequest,
        Func<SearchPart, PointsReply, RpcStatus?> add,
        CancellationToken cancellationToken)
    {
        using var round = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Attempt>();
        var silos = new RoundSilos(routes, PartsASilo, clock);
        var progressed = clock.GetTimestamp();
        try
        {
            while (parts.Count > 0 || running.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var change = routes.NextChange;
                while (silos.Next(running, parts) is { } next)
                {
                    running.Add(Ask(next.Route, next.Part));
                }

                if (running.Count == 0 && silos.NobodyHasTheImage)
                {
                    return DispatchProblem.ImageNotFound;
                }

                if (running.Count == 0 && clock.GetElapsedTime(progressed) >= _patience)
                {
                    return new DispatchProblem(silos.Full is { } wait
                        ? DecoderProblems.Overloaded(wait)
                        : DecoderProblems.OutOfReach());
                }

                await SomethingAsync(running, change, silos.NextTry(running.Count > 0), cancellationToken);
                foreach (var ended in running.Where(attempt => attempt.Reply.IsCompleted).ToList())
                {
                    running.Remove(ended);
                    if (await ended.Reply is { Status: DecodeStatus.Ok } reply)
                    {
                        ended.Route.Answered();
                        progressed = clock.GetTimestamp();
                        if (add(ended.Part, reply) is { } problem)
                        {
                            return new DispatchProblem(problem);
                        }
                    }
                    else if (!Repeat(ended, await ended.Reply, parts, silos))
                    {
                        return new DispatchProblem(DecoderProblems.OutOfReach());
                    }
                }
            }

            return null;
        }
        finally
        {
            await round.CancelAsync();
            await ((Task)Task.WhenAll(running.Select(attempt => attempt.Reply)))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            parts.AddRange(running.Select(attempt => attempt.Part));
        }

        Attempt Ask(SiloState route, SearchPart part) =>
            new(route, part, AskAsync(route, key, toRequest(part), round.Token));
    }

    /// <summary>Tells all silos that a search asks no more points of a crop; never throws, and waits a moment only.</summary>
    /// <param name="key">Embedding of the crop.</param>
    /// <param name="plan">Id of the plan.</param>
    /// <param name="crop">Index of the crop in the plan.</param>
    /// <param name="search">The search.</param>
    public Task LeaveAsync(EmbeddingKey key, string plan, int crop, Guid search)
    {
        return Task.WhenAll(routes.All.Select(LeaveOneAsync));

        async Task LeaveOneAsync(SiloState route)
        {
            using var patience = new CancellationTokenSource(_goodbyePatience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, route.Left);
            try
            {
                var image = route.Image(key.ToString());
                await image.LeaveSearchAsync(plan, crop, search, either.Token).WaitAsync(either.Token);
            }
            catch (Exception)
            {
                // It gives up what was found by itself, when nobody asks for it; one of an earlier version never kept it.
            }
        }
    }

    /// <summary>Puts a part that was not done back; false when it was lost too often.</summary>
    private bool Repeat(Attempt ended, PointsReply? reply, List<SearchPart> parts, RoundSilos silos)
    {
        parts.Add(ended.Part);
        metrics.Repeated(reply is null ? GatewayMetrics.Failed : GatewayMetrics.Refused);
        switch (reply?.Status)
        {
            case null:
                ended.Route.Failed(routes.AvoidUntil);
                return ++ended.Part.Losses < MaxLosses;
            case DecodeStatus.Overloaded:
                silos.IsFull(ended.Route, reply.RetryAfter);
                return true;
            case DecodeStatus.ImageNotFound:
                silos.HasNoImage(ended.Route);
                return true;
            default:
                throw new InvalidOperationException($"A silo answered {reply.Status} to points.");
        }
    }

    /// <summary>A reply; null when the silo could not be reached or ended.</summary>
    private static async Task<PointsReply?> AskAsync(
        SiloState route, EmbeddingKey key, PointsRequest request, CancellationToken round)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(round, route.Left);
        using var sent = route.Send();
        try
        {
            var reply = await route.Image(key.ToString()).SearchAsync(request, either.Token);
            if (reply.IsSiloDraining)
            {
                route.Drains();
            }

            return reply;
        }
        catch (Exception exception) when (TransientSiloErrors.Is(exception))
        {
            return null;
        }
    }

    /// <summary>Waits until a part is done, a silo comes or goes, or a full one may be asked again.</summary>
    private async Task SomethingAsync(
        List<Attempt> running, Task change, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pause = Task.Delay(atMost, clock, timer.Token);
        await Task.WhenAny([.. running.Select(attempt => attempt.Reply), change, pause]);
        await timer.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>A part at a silo.</summary>
    internal sealed record Attempt(SiloState Route, SearchPart Part, Task<PointsReply?> Reply);
}
