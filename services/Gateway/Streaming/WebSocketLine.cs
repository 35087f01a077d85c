using System.Net.WebSockets;
using Google.Protobuf;
using Grpc.Core;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.ProtoJson;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Streaming;

/// <summary>
/// A WebSocket as the two streams of a session: a binary frame is a message, a text frame its JSON, and answers take
/// the form of the latest request.
/// </summary>
/// <remarks>
/// Waiting for the socket is given up, the socket's own operations never are: cancelling one would abort the connection
/// before it could be closed with a reason.
/// </remarks>
/// <param name="socket">An open socket; nobody else reads or writes it.</param>
/// <param name="maxBinary">Bytes of the largest message.</param>
/// <param name="maxText">Bytes of the largest message in JSON.</param>
internal sealed class WebSocketLine(WebSocket socket, long maxBinary, long maxText)
    : IAsyncStreamReader<SegmentStreamRequest>, IAsyncStreamWriter<SegmentStreamResponse>
{
    // A prompt with some points; images need more and give it back.
    private const int SmallBytes = 4 * 1024;
    private const int LargeBytes = 256 * 1024;
    private const int MaxReasonBytes = 123;

    private byte[] _incoming = new byte[SmallBytes];
    private byte[] _outgoing = new byte[SmallBytes];
    private Task<SegmentStreamRequest?> _receiving = Task.FromResult<SegmentStreamRequest?>(null);
    private volatile bool _speaksJson;

    public SegmentStreamRequest Current { get; private set; } = new();

    public WriteOptions? WriteOptions { get; set; }

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        _receiving = ReceiveAsync();
        if (await _receiving.WaitAsync(cancellationToken) is not { } message)
        {
            return false;
        }

        Current = message;
        return true;
    }

    public Task WriteAsync(SegmentStreamResponse message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(SegmentStreamResponse message, CancellationToken cancellationToken)
    {
        var sending = _speaksJson
            ? socket.SendAsync(JsonForm.Write(message), WebSocketMessageType.Text, true, CancellationToken.None).AsTask()
            : socket.SendAsync(Serialize(message), WebSocketMessageType.Binary, true, CancellationToken.None).AsTask();
        try
        {
            await sending.WaitAsync(cancellationToken);
        }
        catch (WebSocketException exception)
        {
            throw new CallerLeftException(exception);
        }
    }

    /// <summary>Closes with a reason and waits, for a while, until the other side has read it.</summary>
    /// <param name="code">The close code.</param>
    /// <param name="reason">In words; cut to the 123 bytes that fit.</param>
    /// <param name="patience">How long to wait.</param>
    public async Task CloseAsync(WebSocketCloseStatus code, string reason, CancellationToken patience)
    {
        try
        {
            await socket.CloseOutputAsync(code, ClientText.Fit(reason, MaxReasonBytes), patience);
            while (socket.State == WebSocketState.CloseSent && !patience.IsCancellationRequested)
            {
                // Messages that come too late; the last one, which ends the loop, is the other side's close.
                _receiving = _receiving.IsCompleted ? ReceiveAsync() : _receiving;
                await ((Task)_receiving).WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // It is gone, which is what was wanted.
        }
        finally
        {
            socket.Abort();
        }
    }

    private ReadOnlyMemory<byte> Serialize(SegmentStreamResponse message)
    {
        var size = message.CalculateSize();
        if (size > _outgoing.Length)
        {
            _outgoing = new byte[size];
        }

        message.WriteTo(_outgoing.AsSpan(0, size));
        return _outgoing.AsMemory(0, size);
    }

    /// <summary>The next message; null when the other side closes.</summary>
    private async Task<SegmentStreamRequest?> ReceiveAsync()
    {
        var length = 0;
        while (true)
        {
            if (length == _incoming.Length)
            {
                Array.Resize(ref _incoming, (int)Math.Min(2L * length, Math.Max(maxBinary, maxText) + 1));
            }

            var frame = await ReceiveFrameAsync(_incoming.AsMemory(length));
            length += frame.Count;
            if (frame.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            var isText = frame.MessageType == WebSocketMessageType.Text;
            if (length > (isText ? maxText : maxBinary))
            {
                throw TooLarge(isText ? maxText : maxBinary);
            }

            if (frame.EndOfMessage)
            {
                var message = isText ? ParseJson(length) : ParseBinary(length);
                _speaksJson = isText;
                if (length > LargeBytes)
                {
                    _incoming = new byte[SmallBytes];
                }

                return message;
            }
        }
    }

    private static RpcException TooLarge(long limit) => Problem
        .Of(
            StatusCode.ResourceExhausted,
            "MESSAGE_TOO_LARGE",
            $"A message is larger than {limit} bytes. Upload the image by POST /v1/images.")
        .ToRpcException();

    private async ValueTask<ValueWebSocketReceiveResult> ReceiveFrameAsync(Memory<byte> buffer)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, CancellationToken.None);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            throw new CallerLeftException(exception);
        }
    }

    private SegmentStreamRequest ParseJson(int length)
    {
        var problem = JsonForm.Read(
            _incoming.AsSpan(0, length), SegmentStreamRequest.Descriptor, "message", out var message);
        return problem is null ? (SegmentStreamRequest)message! : throw problem.ToRpcException();
    }

    private SegmentStreamRequest ParseBinary(int length)
    {
        try
        {
            return SegmentStreamRequest.Parser.ParseFrom(_incoming, 0, length);
        }
        catch (InvalidProtocolBufferException)
        {
            throw CheckedMethods.NoMessage(nameof(SegmentStreamRequest)).ToRpcException();
        }
    }
}
