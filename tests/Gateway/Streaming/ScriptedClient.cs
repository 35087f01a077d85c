using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Streaming;

/// <summary>A live session's client without a network: it knows when the session has accepted a message.</summary>
internal sealed class ScriptedClient : IAsyncStreamReader<SegmentStreamRequest>, IServerStreamWriter<SegmentStreamResponse>
{
    private readonly Channel<(SegmentStreamRequest Message, TaskCompletionSource Accepted)> _requests =
        Channel.CreateUnbounded<(SegmentStreamRequest, TaskCompletionSource)>();

    private readonly Channel<SegmentStreamResponse> _responses = Channel.CreateUnbounded<SegmentStreamResponse>();
    private TaskCompletionSource? _accepted;

    public SegmentStreamRequest Current { get; private set; } = new();

    public WriteOptions? WriteOptions { get; set; }

    /// <summary>Messages the session has read.</summary>
    public int Read { get; private set; }

    /// <summary>Thrown by the next write.</summary>
    public Exception? WriteFails { get; set; }

    /// <summary>Sends a message; the task completes when the session asks for the next one.</summary>
    public Task SendAsync(SegmentStreamRequest message)
    {
        var accepted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Writer.TryWrite((message, accepted));
        return accepted.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    public Task OpenAsync(byte[] file, StreamMode mode) => SendAsync(new SegmentStreamRequest
    {
        Open = new OpenImage { ImageData = ByteString.CopyFrom(file), Mode = mode },
    });

    /// <summary>Sends a click whose x coordinate is its sequence number.</summary>
    public Task ClickAsync(long sequence, bool refine = false, string? maskId = null) =>
        SendAsync(new SegmentStreamRequest { Prompt = Click(sequence, refine, maskId) });

    public Task ResetAsync() => SendAsync(new SegmentStreamRequest { Reset = new ResetSession() });

    public void Finish() => _requests.Writer.Complete();

    public ValueTask<SegmentStreamResponse> ReceiveAsync() =>
        _responses.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public async Task<StreamAnswer> ReceiveAnswerAsync()
    {
        var response = await ReceiveAsync();
        Assert.True(response.Answer is not null, $"Expected an answer, got {response}");
        return response.Answer;
    }

    public async Task<StreamError> ReceiveErrorAsync(StatusCode code)
    {
        var response = await ReceiveAsync();
        Assert.True(response.Error is not null, $"Expected an error, got {response}");
        Assert.Equal(code, (StatusCode)response.Error.Status.Code);
        return response.Error;
    }

    public static StreamPrompt Click(long sequence, bool refine = false, string? maskId = null)
    {
        var prompt = new StreamPrompt { Sequence = sequence, Prompt = Requests.Click(sequence, 1), Refine = refine };
        if (maskId is not null)
        {
            prompt.Prompt.Mask = new MaskInput { MaskId = maskId };
        }

        return prompt;
    }

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        _accepted?.TrySetResult();
        if (!await _requests.Reader.WaitToReadAsync(cancellationToken))
        {
            return false;
        }

        var (message, accepted) = await _requests.Reader.ReadAsync(cancellationToken);
        (Current, _accepted) = (message, accepted);
        Read++;
        return true;
    }

    public Task WriteAsync(SegmentStreamResponse message)
    {
        if (WriteFails is not null)
        {
            throw WriteFails;
        }

        _responses.Writer.TryWrite(message);
        return Task.CompletedTask;
    }

    Task IAsyncStreamWriter<SegmentStreamResponse>.WriteAsync(
        SegmentStreamResponse message, CancellationToken cancellationToken) => WriteAsync(message);
}
