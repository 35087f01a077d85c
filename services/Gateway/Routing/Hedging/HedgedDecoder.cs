using System.Diagnostics;
using Segmentation.Embeddings;
using Segmentation.Gateway.Routing.Affinity;
using Segmentation.Gateway.Routing.Silos;
using Segmentation.Gateway.Telemetry;
using Segmentation.Grains;

namespace Segmentation.Gateway.Routing.Hedging;

/// <summary>
/// Gets a request answered by whichever silo can: the image's favourite first, another one too when the answer is late,
/// and the next at once when one has failed. Decoding is idempotent and every silo gives the same masks, so the first
/// reply is the reply; whoever else still works on it is cancelled. ("The Tail at Scale", Dean and Barroso, 2013.)
/// </summary>
internal sealed class HedgedDecoder(
    SiloRegistry routes,
    LatencyTracker times,
    HedgeBudget budget,
    GatewayMetrics metrics,
    TimeProvider clock)
{
    /// <summary>How long all silos may be out of reach: as long as one needs to start.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>Prompts of one request in the time that one prompt may take: they are decoded in batches.</summary>
    private const int PromptsInOne = 4;

    /// <summary>Decodes prompts on an image.</summary>
    /// <param name="key">The image.</param>
    /// <param name="request">The prompts.</param>
    /// <param name="affinity">The silo to ask first; it follows whoever answers.</param>
    /// <param name="remaking">What brings a silo to a mask that it lacks.</param>
    /// <param name="cancellationToken">Gives up on all silos.</param>
    /// <returns>The reply, or null when no silo could be reached.</returns>
    public async Task<DecodeReply?> DecodeAsync(
        EmbeddingKey key,
        DecodeRequest request,
        SiloAffinity affinity,
        MaskReplayPlan remaking,
        CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        while (true)
        {
            var change = routes.NextChange;
            var order = affinity.Order(routes.For(key), request, clock.GetTimestamp());
            if (order.Count > 0
                && await RaceAsync(key, request, order, affinity, remaking, cancellationToken) is { } reply)
            {
                return reply;
            }

            var left = _patience - clock.GetElapsedTime(start);
            if (order is [{ Address: null }] || !await HappensAsync(change, left, cancellationToken))
            {
                return null;
            }
        }
    }

    /// <summary>Asks one silo after the other until one has answered.</summary>
    private async Task<DecodeReply?> RaceAsync(
        EmbeddingKey key,
        DecodeRequest request,
        IReadOnlyList<SiloState> order,
        SiloAffinity affinity,
        MaskReplayPlan remaking,
        CancellationToken cancellationToken)
    {
        using var race = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var late = times.Late * Math.Max(1, request.Prompts.Length / PromptsInOne);
        List<SiloAttempt> running = [Ask(order[0])];
        DecodeReply? refusal = null;
        var asked = 1;
        var mayHedge = asked < order.Count;
        budget.Earn();
        try
        {
            while (running.Count > 0)
            {
                Task first = running is [var only]
                    ? only.Reply
                    : Task.WhenAny(running.Select(attempt => attempt.Reply));
                if (!await HappensAsync(first, mayHedge ? late : Timeout.InfiniteTimeSpan, cancellationToken))
                {
                    // What takes several requests is late when one of them is.
                    if (running.Any(attempt => attempt.HasGoneOn()))
                    {
                        continue;
                    }

                    mayHedge = TryAskAnother(GatewayMetrics.Late) && asked < order.Count;
                    if (!mayHedge && refusal is { Status: DecodeStatus.Overloaded })
                    {
                        return refusal;
                    }

                    continue;
                }

                var ended = running.Find(attempt => attempt.Reply.IsCompleted)!;
                running.Remove(ended);
                var reply = await ended.Reply;
                // Having no image or no mask is no answer while another silo, which may have it, still works on one:
                // on a busy cluster whoever lacks something is always the first to say so.
                var isAnswer = reply is { Status: not (DecodeStatus.Overloaded or DecodeStatus.ImageNotFound) }
                    && (reply.Status != DecodeStatus.MaskNotFound || running.Count == 0);
                if (isAnswer)
                {
                    affinity.Follow(ended.Route);
                    Judge(ended, running, request);

                    // Side by side with what comes next: whoever prompts must not wait for a cold image.
                    _ = affinity.LeaveAvoidedAsync(order, key, PrepareAsync);
                    return reply;
                }

                refusal = refusal is { Status: DecodeStatus.MaskNotFound } ? refusal : reply ?? refusal;
                if (reply is not { Status: DecodeStatus.Overloaded or DecodeStatus.MaskNotFound } && asked < order.Count)
                {
                    // Not charged to the budget: the silo that failed, or had no image, does not do the work.
                    Hedged(reply is null ? GatewayMetrics.Failed : GatewayMetrics.Refused);
                    running.Add(Ask(order[asked++]));
                }
                else if (reply is not null && running.Count == 0)
                {
                    TryAskAnother(GatewayMetrics.Refused);
                }

                mayHedge = asked < order.Count || refusal is not null;
            }

            return refusal;
        }
        finally
        {
            await race.CancelAsync();
        }

        SiloAttempt Ask(SiloState route)
        {
            var attempt = new SiloAttempt(route, affinity.Image(route, key), remaking, metrics, clock);
            attempt.Begin(request, routes, race.Token);
            return attempt;
        }

        bool TryAskAnother(string reason)
        {
            if (asked == order.Count || !budget.TrySpend())
            {
                return false;
            }

            Hedged(reason);
            running.Add(Ask(order[asked++]));
            return true;
        }
    }

    private void Hedged(string reason)
    {
        metrics.Hedged(reason);
        Activity.Current?.AddEvent(new ActivityEvent("hedged", tags: new() { ["reason"] = reason }));
    }

    /// <summary>Makes an image hot on a silo; never throws.</summary>
    private static async Task<bool> PrepareAsync(SiloState route, EmbeddingKey key)
    {
        try
        {
            return await route.Image(key.ToString()).PrepareAsync(route.Left) == DecodeStatus.Ok;
        }
        catch (Exception exception) when (TransientSiloErrors.Is(exception))
        {
            return false;
        }
    }

    private void Judge(SiloAttempt winner, List<SiloAttempt> losers, DecodeRequest request)
    {
        winner.Route.Answered();
        if (request.Prompts.Length == 1 && winner.Requests == 1)
        {
            times.Add(clock.GetElapsedTime(winner.Started));
        }

        foreach (var loser in losers)
        {
            if (loser.Started < winner.Started)
            {
                loser.Route.LostRace(routes.AvoidUntil);
            }
        }
    }

    /// <summary>Whether something happens in time.</summary>
    private async Task<bool> HappensAsync(Task task, TimeSpan time, CancellationToken cancellationToken)
    {
        if (time < TimeSpan.Zero && time != Timeout.InfiniteTimeSpan)
        {
            return false;
        }

        await task.WaitAsync(time, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return task.IsCompleted;
    }
}
