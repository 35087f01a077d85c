using System.Threading.Channels;
using Segmentation.Gateway.Errors;
using Segmentation.Protocol.V1;
using RequestCase = Segmentation.Protocol.V1.SegmentStreamRequest.RequestOneofCase;

namespace Segmentation.Gateway.Streaming;

/// <summary>
/// Accepts the messages of a session: checks a prompt's sequence number, then queues the prompt, or in mode LATEST
/// puts it in the place of one that has not begun. Accepting waits while the queue is full; nothing more is read from
/// the client meanwhile.
/// </summary>
internal sealed class SessionInbox(SessionOptions options)
{
    private readonly Channel<SessionWork> _queue = Channel.CreateBounded<SessionWork>(
        new BoundedChannelOptions(options.MaxQueued) { SingleReader = true, SingleWriter = true });

    // Superseded prompts that no prompt lists yet.
    private readonly List<long> _carried = [];
    private StreamMode _mode = StreamMode.All;
    private long _lastSequence;
    private PromptSlot? _waiting;
    private bool _resetSinceWaiting;
    private SessionWork.Open? _opening;

    /// <summary>The session's work in order; ends after <see cref="CompleteAsync"/>.</summary>
    public IAsyncEnumerable<SessionWork> ReadAllAsync(CancellationToken cancellationToken) =>
        _queue.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Accepts one message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="reservation">
    /// Charge for the message's bytes, disposed of after the message is done; null for a message of few bytes.
    /// </param>
    /// <param name="cancellationToken">The call is over.</param>
    public ValueTask AcceptAsync(SegmentStreamRequest message, IDisposable? reservation, CancellationToken cancellationToken)
    {
        switch (message.RequestCase)
        {
            case RequestCase.Open:
                return AcceptOpenAsync(message.Open, reservation, cancellationToken);
            case RequestCase.Prompt:
                return AcceptPromptAsync(message.Prompt, reservation, cancellationToken);
            case RequestCase.Reset:
                reservation?.Dispose();
                _resetSinceWaiting = true;
                return _queue.Writer.WriteAsync(new SessionWork.Reset(), cancellationToken);
            default:
                reservation?.Dispose();
                return RefuseAsync(
                    0,
                    Problem.Invalid("request", "The message carries neither open, prompt, reset nor reauthenticate."),
                    cancellationToken);
        }
    }

    /// <summary>Accepts the answer to a message that was handled when it was read.</summary>
    public ValueTask ReplyAsync(SegmentStreamResponse response, CancellationToken cancellationToken) =>
        _queue.Writer.WriteAsync(new SessionWork.Reply(response), cancellationToken);

    /// <summary>The client sends nothing more: what waits is still done.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        if (_carried.Count > 0)
        {
            var aborted = Problem.Of(
                StatusCode.Aborted, "SUPERSEDED", "Dropped because another image was opened before decoding began.");
            var error = new StreamError { Sequence = _carried[^1], Status = aborted };
            error.Superseded.Add(_carried.SkipLast(1));
            await _queue.Writer.WriteAsync(new SessionWork.Refuse(error), cancellationToken);
        }

        _queue.Writer.Complete();
    }

    private async ValueTask AcceptOpenAsync(OpenImage open, IDisposable? reservation, CancellationToken cancellationToken)
    {
        if (_opening is not null)
        {
            // At most one image's bytes wait in a session.
            await _opening.Begun.WaitAsync(cancellationToken);
        }

        if (_mode == StreamMode.Latest && _carried.Count < options.MaxSuperseded)
        {
            _waiting?.Withdraw(_carried);
        }

        _mode = open.Mode == StreamMode.Latest ? StreamMode.Latest : StreamMode.All;
        _waiting = null;
        _opening = new SessionWork.Open(open, reservation);
        await _queue.Writer.WriteAsync(_opening, cancellationToken);
    }

    private async ValueTask AcceptPromptAsync(
        StreamPrompt prompt, IDisposable? reservation, CancellationToken cancellationToken)
    {
        if (prompt.Sequence <= _lastSequence)
        {
            reservation?.Dispose();
            var allowed = _lastSequence == 0 ? "positive" : $"greater than {_lastSequence}, the latest one accepted";
            await RefuseAsync(
                prompt.Sequence,
                Problem.Invalid("prompt.sequence", $"{prompt.Sequence} must be {allowed}."),
                cancellationToken);
            return;
        }

        _lastSequence = prompt.Sequence;
        if (_mode == StreamMode.Latest && await TrySupersedeAsync(prompt, reservation, cancellationToken))
        {
            return;
        }

        _waiting = new PromptSlot(prompt, reservation, _carried, _mode, options.MaxSuperseded);
        _resetSinceWaiting = false;
        _carried.Clear();
        await _queue.Writer.WriteAsync(_waiting, cancellationToken);
    }

    /// <summary>True when the prompt took the waiting one's place.</summary>
    private async ValueTask<bool> TrySupersedeAsync(
        StreamPrompt prompt, IDisposable? reservation, CancellationToken cancellationToken)
    {
        if (_waiting is null)
        {
            return false;
        }

        if (_waiting.IsFull)
        {
            await _waiting.Gone.WaitAsync(cancellationToken);
        }

        if (!_resetSinceWaiting)
        {
            return _waiting.TryReplace(prompt, reservation);
        }

        // The newer prompt must not overtake the reset between them: it takes a place of its own.
        _waiting.Withdraw(_carried);
        return false;
    }

    private ValueTask RefuseAsync(long sequence, RpcStatus problem, CancellationToken cancellationToken) =>
        _queue.Writer.WriteAsync(
            new SessionWork.Refuse(new StreamError { Sequence = sequence, Status = problem }), cancellationToken);
}
