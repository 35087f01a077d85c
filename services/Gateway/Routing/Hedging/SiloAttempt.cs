using Segmentation.Gateway.Routing.Silos;
using Segmentation.Gateway.Telemetry;
using Segmentation.Grains;

namespace Segmentation.Gateway.Routing.Hedging;

/// <summary>
/// An attempt to have a request answered by one silo. Masks that the request refines and the silo lacks are made there
/// first. Attempts at other silos run apart, so none undoes the work of another.
/// </summary>
/// <param name="silo">The silo.</param>
/// <param name="image">The image's grain there.</param>
/// <param name="replay">The prompts that make masks.</param>
/// <param name="metrics">Counts prompts that are repeated.</param>
/// <param name="clock">The clock.</param>
internal sealed class SiloAttempt(
    SiloState silo, IImageGrain image, MaskReplayPlan replay, GatewayMetrics metrics, TimeProvider clock)
{
    private volatile int _requests;
    private int _seen = 1;

    /// <summary>The silo.</summary>
    public SiloState Silo => silo;

    /// <summary>Timestamp of the first request.</summary>
    public long Started { get; } = clock.GetTimestamp();

    /// <summary>The reply; null when the silo could not be reached or ended. Set by <see cref="Begin"/>.</summary>
    public Task<DecodeReply?> Reply { get; private set; } = Task.FromResult<DecodeReply?>(null);

    /// <summary>Requests sent.</summary>
    public int Requests => _requests;

    /// <summary>
    /// True when the silo has answered a request of the attempt, and was sent another, since the last call.
    /// </summary>
    public bool HasGoneOn()
    {
        var (before, now) = (_seen, _requests);
        _seen = Math.Max(before, now);
        return now > before;
    }

    /// <summary>Sends a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="silos">Knows how long a silo is avoided that could not be reached.</param>
    /// <param name="race">Cancelled when another silo has answered.</param>
    public void Begin(DecodeRequest request, SiloRegistry silos, CancellationToken race) =>
        Reply = AskAsync(request, silos, race);

    private async Task<DecodeReply?> AskAsync(DecodeRequest request, SiloRegistry silos, CancellationToken race)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(race, silo.Left);
        using var sent = silo.Send();
        try
        {
            return await DecodeAsync(request, either.Token);
        }
        catch (Exception exception) when (TransientSiloErrors.Is(exception))
        {
            if (!race.IsCancellationRequested)
            {
                silo.Failed(silos.AvoidUntil);
            }

            return null;
        }
    }

    // Down a chain of refinements to the first that stands for itself, and up again.
    private async Task<DecodeReply> DecodeAsync(DecodeRequest request, CancellationToken cancellationToken)
    {
        var next = request;
        Stack<DecodeRequest>? waiting = null;
        while (true)
        {
            _requests++;
            var reply = await image.DecodeAsync(next, cancellationToken);
            if (reply.IsSiloDraining)
            {
                silo.Drains();
            }

            if (reply.Status == DecodeStatus.Ok && waiting is { Count: > 0 })
            {
                next = waiting.Pop();
            }
            else if (reply is { Status: DecodeStatus.MaskNotFound, MissingMaskId: { } id }
                && _requests < replay.MaxRequests
                && replay.Find(id) is { } making)
            {
                metrics.Replayed();
                (waiting ??= []).Push(next);
                next = making;
            }
            else
            {
                return reply;
            }

            next = next with { TimeLeft = request.TimeLeft - clock.GetElapsedTime(Started) };
        }
    }
}
