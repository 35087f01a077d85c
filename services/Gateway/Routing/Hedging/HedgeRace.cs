using System.Diagnostics;
using Segmentation.Gateway.Routing.Silos;
using Segmentation.Gateway.Telemetry;
using Segmentation.Grains;

namespace Segmentation.Gateway.Routing.Hedging;

/// <summary>One request, sent to further silos until one of them has answered. For one caller at a time.</summary>
/// <param name="order">Silos in the order to ask them; at least one.</param>
/// <param name="ask">Sends the request to a silo.</param>
/// <param name="hedgeDelay">Time without a reply after which one more silo is asked.</param>
/// <param name="budget">Bounds the requests that are sent twice.</param>
/// <param name="metrics">Counts them.</param>
/// <param name="clock">The clock.</param>
internal sealed class HedgeRace(
    IReadOnlyList<SiloState> order,
    Func<SiloState, SiloAttempt> ask,
    TimeSpan hedgeDelay,
    HedgeBudget budget,
    GatewayMetrics metrics,
    TimeProvider clock)
{
    private readonly List<SiloAttempt> _running = [];
    private int _asked;
    private DecodeReply? _refusal;

    /// <summary>The attempt whose reply is the answer; null until there is one.</summary>
    public SiloAttempt? Winner { get; private set; }

    /// <summary>Attempts without a reply.</summary>
    public IReadOnlyList<SiloAttempt> Running => _running;

    private bool HasNext => _asked < order.Count;

    /// <summary>Judges a reply by itself and by the number of attempts that still run.</summary>
    /// <param name="reply">The reply; null when the silo could not be reached.</param>
    /// <param name="running">Attempts that have not replied.</param>
    public static ReplyVerdict Judge(DecodeReply? reply, int running) => reply?.Status switch
    {
        // Free of charge: a silo that failed, or lacks the image, does no work.
        null or DecodeStatus.ImageNotFound => ReplyVerdict.AskNext,

        // A silo that lacks something is always the first to reply. Another one, which may have it, still works.
        DecodeStatus.Overloaded or DecodeStatus.MaskNotFound when running > 0 => ReplyVerdict.Wait,
        DecodeStatus.Overloaded => ReplyVerdict.AskNextWithinBudget,
        _ => ReplyVerdict.Answer,
    };

    /// <summary>Runs the race.</summary>
    /// <param name="cancellationToken">Ends the wait; the attempts are up to the caller.</param>
    /// <returns>The answer, the most telling refusal where no silo answered, or null where none was reached.</returns>
    public async Task<DecodeReply?> RunAsync(CancellationToken cancellationToken)
    {
        AskNext();
        budget.Earn();
        var mayHedge = HasNext;
        while (_running.Count > 0)
        {
            Task first = _running is [var only]
                ? only.Reply
                : Task.WhenAny(_running.Select(attempt => attempt.Reply));
            var wait = mayHedge ? hedgeDelay : Timeout.InfiniteTimeSpan;
            if (await CompletesAsync(first, wait, clock, cancellationToken))
            {
                if (await TakeReplyAsync() is { } answer)
                {
                    return answer;
                }

                mayHedge = HasNext || _refusal is not null;
            }
            else if (!_running.Any(attempt => attempt.HasGoneOn()))
            {
                // An attempt of several requests is late when one of them is.
                mayHedge = TryAskNext(GatewayMetrics.Late) && HasNext;
                if (!mayHedge && _refusal is { Status: DecodeStatus.Overloaded })
                {
                    return _refusal;
                }
            }
        }

        return _refusal;
    }

    /// <summary>True when a task completes in time, however it ends.</summary>
    internal static async Task<bool> CompletesAsync(
        Task task, TimeSpan time, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (time < TimeSpan.Zero && time != Timeout.InfiniteTimeSpan)
        {
            return false;
        }

        await task.WaitAsync(time, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return task.IsCompleted;
    }

    /// <summary>Takes a reply that has arrived; null when it is not the answer.</summary>
    private async Task<DecodeReply?> TakeReplyAsync()
    {
        var ended = _running.Find(attempt => attempt.Reply.IsCompleted)!;
        _running.Remove(ended);
        var reply = await ended.Reply;
        var verdict = Judge(reply, _running.Count);
        if (verdict == ReplyVerdict.Answer)
        {
            Winner = ended;
            return reply;
        }

        _refusal = _refusal is { Status: DecodeStatus.MaskNotFound } ? _refusal : reply ?? _refusal;
        if (verdict == ReplyVerdict.AskNext && HasNext)
        {
            Hedge(reply is null ? GatewayMetrics.Failed : GatewayMetrics.Refused);
        }
        else if (verdict == ReplyVerdict.AskNextWithinBudget)
        {
            TryAskNext(GatewayMetrics.Refused);
        }

        return null;
    }

    private bool TryAskNext(string reason)
    {
        if (!HasNext || !budget.TrySpend())
        {
            return false;
        }

        Hedge(reason);
        return true;
    }

    private void Hedge(string reason)
    {
        metrics.Hedged(reason);
        Activity.Current?.AddEvent(new ActivityEvent("hedged", tags: new() { ["reason"] = reason }));
        AskNext();
    }

    private void AskNext() => _running.Add(ask(order[_asked++]));
}

/// <summary>The consequence of a reply for the race.</summary>
internal enum ReplyVerdict
{
    /// <summary>The reply is the answer.</summary>
    Answer,

    /// <summary>The next silo is asked, whatever the budget.</summary>
    AskNext,

    /// <summary>The next silo is asked if the budget allows.</summary>
    AskNextWithinBudget,

    /// <summary>The race waits for the attempts that still run.</summary>
    Wait,
}
