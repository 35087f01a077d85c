using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Streaming;

/// <summary>
/// A prompt's place in the queue. Until the session takes it, a newer prompt may take the place over; whoever comes
/// first, taking or replacing, decides, so that no prompt is both answered and superseded.
/// </summary>
internal sealed class PromptSlot(
    StreamPrompt prompt, IDisposable? reservation, IEnumerable<long> superseded, StreamMode mode, int maxSuperseded)
    : SessionWork
{
    private readonly Lock _gate = new();
    private readonly List<long> _superseded = [.. superseded];
    private readonly TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StreamPrompt? _prompt = prompt;

    /// <summary>Charge for the prompt's bytes.</summary>
    private IDisposable? _reservation = reservation;

    /// <summary>The session's mode when the prompt was read.</summary>
    public StreamMode Mode { get; } = mode;

    /// <summary>Completes when the prompt has begun or was withdrawn.</summary>
    public Task Gone => _taken.Task;

    /// <summary>True when the list of superseded prompts has reached its bound.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                return _superseded.Count >= maxSuperseded;
            }
        }
    }

    /// <summary>Puts a newer prompt in this place; false when the older one has begun.</summary>
    public bool TryReplace(StreamPrompt newer, IDisposable? newerReservation)
    {
        lock (_gate)
        {
            if (_prompt is null)
            {
                return false;
            }

            _superseded.Add(_prompt.Sequence);
            _reservation?.Dispose();
            (_prompt, _reservation) = (newer, newerReservation);
            return true;
        }
    }

    /// <summary>Empties the place: the prompt and what it superseded go to <paramref name="superseded"/>.</summary>
    public void Withdraw(List<long> superseded)
    {
        lock (_gate)
        {
            if (_prompt is not null)
            {
                superseded.AddRange(_superseded);
                superseded.Add(_prompt.Sequence);
                _reservation?.Dispose();
                (_prompt, _reservation) = (null, null);
            }
        }

        _taken.TrySetResult();
    }

    /// <summary>Begins the prompt; null when it was withdrawn.</summary>
    public PromptTicket? Take()
    {
        PromptTicket? ticket;
        lock (_gate)
        {
            ticket = _prompt is null ? null : new PromptTicket(_prompt, _superseded, Mode, _reservation);
            (_prompt, _reservation) = (null, null);
        }

        _taken.TrySetResult();
        return ticket;
    }
}

/// <summary>A prompt whose time has come.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Superseded">Sequence numbers dropped in its favour, ascending.</param>
/// <param name="Mode">The session's mode when the prompt was read.</param>
/// <param name="Reservation">To be disposed when it is answered; null when its bytes are few.</param>
internal sealed record PromptTicket(
    StreamPrompt Prompt, IReadOnlyList<long> Superseded, StreamMode Mode, IDisposable? Reservation);
