using Segmentation.Embeddings;
using Segmentation.Gateway.Routing.Affinity;
using Segmentation.Gateway.Routing.Silos;
using Segmentation.Gateway.Telemetry;
using Segmentation.Grains;

namespace Segmentation.Gateway.Routing.Hedging;

/// <summary>
/// Adds hedging: the image's favourite silo is asked first, another one too when the answer is late, and the next at
/// once when one has failed. Decoding is idempotent and every silo gives the same masks, so the first reply is the
/// answer and the other attempts are cancelled. ("The Tail at Scale", Dean and Barroso, 2013.)
/// </summary>
internal sealed class HedgedDecoder(
    SiloRegistry silos,
    SiloSelector selector,
    LatencyTracker latencies,
    HedgeBudget budget,
    GatewayMetrics metrics,
    TimeProvider clock)
{
    /// <summary>Longest time without any silo in reach: as long as one needs to start.</summary>
    private static readonly TimeSpan _outageTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Prompts of one request in the time that one prompt may take: prompts are decoded in batches.</summary>
    private const int PromptsInOne = 4;

    /// <summary>Decodes prompts on an image.</summary>
    /// <param name="key">The image.</param>
    /// <param name="request">The prompts.</param>
    /// <param name="affinity">The silo to ask first; set to the silo that answers.</param>
    /// <param name="replay">Prompts that make a mask again where a silo lacks it.</param>
    /// <param name="cancellationToken">Cancels the attempts at all silos.</param>
    /// <returns>The reply, or null when no silo could be reached.</returns>
    public async Task<DecodeReply?> DecodeAsync(
        EmbeddingKey key,
        DecodeRequest request,
        SiloAffinity affinity,
        MaskReplayPlan replay,
        CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        while (true)
        {
            var change = silos.NextChange;
            var order = affinity.Order(selector.For(key), request, clock.GetTimestamp());
            if (order.Count > 0
                && await RaceAsync(key, request, order, affinity, replay, cancellationToken) is { } reply)
            {
                return reply;
            }

            var left = _outageTimeout - clock.GetElapsedTime(start);
            if (order is [{ Address: null }]
                || !await HedgeRace.CompletesAsync(change, left, clock, cancellationToken))
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
        MaskReplayPlan replay,
        CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var hedgeDelay = latencies.HedgeDelay * Math.Max(1, request.Prompts.Length / PromptsInOne);
        var race = new HedgeRace(order, Ask, hedgeDelay, budget, metrics, clock);
        try
        {
            var reply = await race.RunAsync(cancellationToken);
            if (race.Winner is { } winner)
            {
                affinity.Follow(winner.Silo);
                Score(winner, race.Running, request);

                // In the background: a client that prompts must not wait for a cold image.
                _ = affinity.LeaveAvoidedAsync(order, key, PrepareAsync);
            }

            return reply;
        }
        finally
        {
            await over.CancelAsync();
        }

        SiloAttempt Ask(SiloState silo)
        {
            var attempt = new SiloAttempt(silo, affinity.Image(silo, key), replay, metrics, clock);
            attempt.Begin(request, silos, over.Token);
            return attempt;
        }
    }

    /// <summary>Makes an image hot on a silo; never throws.</summary>
    private static async Task<bool> PrepareAsync(SiloState silo, EmbeddingKey key)
    {
        try
        {
            return await silo.Image(key.ToString()).PrepareAsync(silo.Left) == DecodeStatus.Ok;
        }
        catch (Exception exception) when (TransientSiloErrors.Is(exception))
        {
            return false;
        }
    }

    /// <summary>Notes the winner's latency, and the defeat of silos that were asked before the winner.</summary>
    private void Score(SiloAttempt winner, IReadOnlyList<SiloAttempt> losers, DecodeRequest request)
    {
        winner.Silo.Answered();
        if (request.Prompts.Length == 1 && winner.Requests == 1)
        {
            latencies.Add(clock.GetElapsedTime(winner.Started));
        }

        foreach (var loser in losers)
        {
            if (loser.Started < winner.Started)
            {
                loser.Silo.LostRace(silos.AvoidUntil);
            }
        }
    }
}
