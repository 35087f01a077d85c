using System.Collections.Concurrent;
using Grpc.Core;
using Segmentation.Protocol.V1;

namespace Segmentation.LoadTests.Load;

/// <summary>One live session, any number of clicks on their way.</summary>
internal sealed class ClickSession : IAsyncDisposable
{
    private readonly AsyncDuplexStreamingCall<SegmentStreamRequest, SegmentStreamResponse> _call;
    private readonly ConcurrentDictionary<long, TaskCompletionSource> _waiting = [];
    private readonly SemaphoreSlim _writing = new(1);
    private Task _reading = Task.CompletedTask;
    private long _sequence;

    private ClickSession(AsyncDuplexStreamingCall<SegmentStreamRequest, SegmentStreamResponse> call) => _call = call;

    /// <summary>Opens a session on an image that was uploaded.</summary>
    public static async Task<ClickSession> OpenAsync(
        SegmentationService.SegmentationServiceClient client, string imageId, CancellationToken cancellationToken)
    {
        var session = new ClickSession(client.SegmentStream(cancellationToken: cancellationToken));
        await session._call.RequestStream.WriteAsync(
            new() { Open = new OpenImage { ImageId = imageId, Output = new OutputOptions { Refinable = false } } },
            cancellationToken);
        await session._call.ResponseStream.MoveNext(cancellationToken);
        session._reading = session.ReadAsync(cancellationToken);
        return session;
    }

    /// <summary>Clicks and waits for the masks.</summary>
    public async Task ClickAsync(Point point, CancellationToken cancellationToken)
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _writing.WaitAsync(cancellationToken);
        try
        {
            // Under the lock, so that numbers arrive in ascending order.
            var sequence = ++_sequence;
            _waiting[sequence] = answered;
            await _call.RequestStream.WriteAsync(
                new() { Prompt = new StreamPrompt { Sequence = sequence, Prompt = new Prompt { Points = { point } } } },
                cancellationToken);
        }
        finally
        {
            _writing.Release();
        }

        await answered.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _call.RequestStream.CompleteAsync();
        await _reading;
        _call.Dispose();
        _writing.Dispose();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var end = new RpcException(
            new Status(StatusCode.Unavailable, "The session ended before this click was answered."));
        try
        {
            while (await _call.ResponseStream.MoveNext(cancellationToken))
            {
                Settle(_call.ResponseStream.Current);
            }
        }
        catch (RpcException error)
        {
            end = error;
        }

        foreach (var click in _waiting.Values)
        {
            click.TrySetException(end);
        }
    }

    private void Settle(SegmentStreamResponse response)
    {
        if (response.Answer is { } answer && _waiting.TryRemove(answer.Sequence, out var click))
        {
            click.SetResult();
        }
        else if (response.Error is { } error && _waiting.TryRemove(error.Sequence, out click))
        {
            click.SetException(error.Status.ToRpcException());
        }
    }
}
