using System.Threading.Channels;
using Grpc.Core;
using Segmentation.Protocol.V1;
using Status = Google.Rpc.Status;

namespace Segmentation.Client;

/// <summary>
/// State that a session's next connection must restore: the answered prompts that refinements build on, and all
/// unanswered messages. All members may be called from any thread.
/// </summary>
internal sealed class SessionState
{
    private readonly Lock _gate = new();
    private readonly List<SentMessage> _waiting = [];

    // Answered prompts since the latest one without `refine`: together they are the state that `refine` starts from.
    private readonly List<SegmentStreamRequest> _chain = [];
    private ChannelWriter<SegmentStreamRequest>? _connection;
    private RpcException? _failure;
    private long _sequence;

    /// <summary>Sends a prompt, now or once there is a connection.</summary>
    public Task<StreamAnswer?> Send(StreamPrompt prompt)
    {
        lock (_gate)
        {
            if (_failure is not null)
            {
                return Task.FromException<StreamAnswer?>(_failure);
            }

            prompt.Sequence = ++_sequence;
            var sent = new SentMessage(new SegmentStreamRequest { Prompt = prompt });
            Send(sent);
            return sent.Answer.Task;
        }
    }

    /// <summary>Sends a reset.</summary>
    public void SendReset()
    {
        lock (_gate)
        {
            if (_failure is null)
            {
                Send(new SentMessage(new SegmentStreamRequest { Reset = new ResetSession() }));
            }
        }
    }

    /// <summary>
    /// Begins a connection. Returns the answered prompts to repeat, and the messages to send then: first those that
    /// earlier connections left unanswered.
    /// </summary>
    public (IReadOnlyList<SegmentStreamRequest> Repeat, ChannelReader<SegmentStreamRequest> Then) Connect()
    {
        var connection = Channel.CreateUnbounded<SegmentStreamRequest>();
        lock (_gate)
        {
            foreach (var sent in _waiting)
            {
                connection.Writer.TryWrite(sent.Message);
            }

            _connection?.TryComplete();
            _connection = connection.Writer;
            return ([.. _chain], connection.Reader);
        }
    }

    /// <summary>Takes an answer. Answers to repeated prompts are dropped.</summary>
    public void Answered(StreamAnswer answer) => End(answer.Sequence, answer.Superseded, sent =>
    {
        var prompt = sent.Message.Prompt;
        if (!prompt.Refine && prompt.Prompt?.Mask is null)
        {
            _chain.Clear();
        }

        _chain.Add(sent.Message);
        sent.Answer.TrySetResult(answer);
    });

    /// <summary>Notes that the image is sent again for a prompt: the server did not hold the image.</summary>
    /// <returns>False when that was done before, or no caller waits for the prompt.</returns>
    public bool TryRestore(long sequence)
    {
        lock (_gate)
        {
            if (_waiting.Find(sent => sent.Sequence == sequence) is not { IsRestored: false } sent)
            {
                return false;
            }

            sent.IsRestored = true;
            return true;
        }
    }

    /// <summary>Fails one prompt; the session goes on.</summary>
    public void Failed(StreamError error) => End(
        error.Sequence, error.Superseded, sent => sent.Answer.TrySetException(ToException(error.Status)));

    /// <summary>Ends the session: all waiting prompts fail.</summary>
    public void Fail(RpcException failure)
    {
        lock (_gate)
        {
            _failure = failure;
            _connection?.TryComplete();
            _waiting.ForEach(sent => sent.Answer.TrySetException(failure));
            _waiting.Clear();
        }
    }

    /// <summary>Makes the exception that gRPC throws for a status, with its details.</summary>
    public static RpcException ToException(Status status) => status.ToRpcException();

    private void Send(SentMessage sent)
    {
        _waiting.Add(sent);
        _connection?.TryWrite(sent.Message);
    }

    private void End(long sequence, IReadOnlyCollection<long> superseded, Action<SentMessage> end)
    {
        lock (_gate)
        {
            var index = _waiting.FindIndex(sent => sent.Sequence == sequence);
            if (index < 0)
            {
                return;
            }

            var sent = _waiting[index];
            if (_waiting.Take(index).Any(before => before.Message.Reset is not null))
            {
                // The answer shows that the reset before its prompt was done.
                _chain.Clear();
            }

            foreach (var dropped in _waiting.Where(before => superseded.Contains(before.Sequence)))
            {
                dropped.Answer.TrySetResult(null);
            }

            var ended = _waiting.Take(index)
                .Where(before => before.Message.Reset is not null || superseded.Contains(before.Sequence))
                .Append(sent)
                .ToHashSet();
            _waiting.RemoveAll(ended.Contains);
            end(sent);
        }
    }
}

/// <summary>A message of a live session without an answer so far.</summary>
/// <param name="Message">A prompt, or a reset.</param>
internal sealed record SentMessage(SegmentStreamRequest Message)
{
    /// <summary>The prompt's answer; null when a newer one superseded it.</summary>
    public TaskCompletionSource<StreamAnswer?> Answer { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True when the image was sent again for this prompt, which is done once.</summary>
    public bool IsRestored { get; set; }

    /// <summary>The prompt's number; 0 for a reset, which has no answer.</summary>
    public long Sequence => Message.Prompt?.Sequence ?? 0;
}
