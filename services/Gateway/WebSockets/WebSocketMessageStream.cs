using System.Net.WebSockets;
using Google.Protobuf;
using Grpc.Core;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.ProtoJson;
using Segmentation.Gateway.Receiving;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.WebSockets;

/// <summary>
/// Reads and writes the messages of a session on a WebSocket: a binary frame is a message, a text frame its JSON, and
/// answers take the form of the latest request.
/// </summary>
/// <remarks>
/// A wait for the socket is cancelled, the socket's own operations never are: cancelling one would abort the connection
/// before it could be closed with a reason.
/// </remarks>
/// <param name="socket">An open socket; nobody else reads or writes it.</param>
/// <param name="maxBinary">Bytes of the largest message.</param>
/// <param name="maxText">Bytes of the largest message in JSON.</param>
/// <param name="intake">The account of what arrives.</param>
internal sealed class WebSocketMessageStream(WebSocket socket, long maxBinary, long maxText, RequestIntake intake)
    : IAsyncStreamReader<SegmentStreamRequest>, IAsyncStreamWriter<SegmentStreamResponse>, IAsyncDisposable
{
    // A prompt with some points.
    private const int SmallBytes = 4 * 1024;
    private const int LargestPiece = 64 * 1024;
    private const int MaxReasonBytes = 123;

    private readonly ReceivedBytes _incoming = new(intake.TryHold);
    private byte[] _piece = new byte[SmallBytes];
    private byte[] _outgoing = new byte[SmallBytes];
    private Task<SegmentStreamRequest?> _receiving = Task.FromResult<SegmentStreamRequest?>(null);
    private Task<ValueWebSocketReceiveResult>? _frame;
    private volatile bool _speaksJson;

    public SegmentStreamRequest Current { get; private set; } = new();

    public WriteOptions? WriteOptions { get; set; }

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        intake.Release();
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
    /// <param name="timeout">Ends the wait.</param>
    public async Task CloseAsync(WebSocketCloseStatus code, string reason, CancellationToken timeout)
    {
        try
        {
            await socket.CloseOutputAsync(code, ClientText.Fit(reason, MaxReasonBytes), timeout);
            await ((Task)_receiving).WaitAsync(timeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_receiving.IsCompleted)
            {
                // Frees the refused bytes now, not when the client has closed.
                _incoming.Dispose();
                intake.Release();
            }

            while (socket.State == WebSocketState.CloseSent)
            {
                // Messages that come too late; the last one, which ends the loop, is the other side's close.
                await ReceivePieceAsync().WaitAsync(timeout);
            }
        }
        catch (Exception exception) when (
            exception is WebSocketException or OperationCanceledException or IOException or CallerLeftException)
        {
            // It is gone, which is what was wanted.
        }
        finally
        {
            socket.Abort();
        }
    }

    /// <summary>Ends the connection, and gives back what was received.</summary>
    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        await ((Task)_receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _incoming.Dispose();
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
        _incoming.Clear();
        intake.Begin();
        var (binary, text) = (new WireScanner(SegmentStreamRequest.Descriptor), new JsonScanner());
        while (true)
        {
            // Between messages a client may be silent as long as it likes; within one it may not.
            var receiving = ReceivePieceAsync();
            var mayTakeLong = _incoming.Length == 0 || receiving.IsCompleted;
            var piece = mayTakeLong ? await receiving : await intake.WaitAsync(receiving);
            if (piece.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            var isText = piece.MessageType == WebSocketMessageType.Text;
            var arrived = _piece.AsSpan(0, piece.Count);
            intake.Arrived(piece.Count);
            if (_incoming.Length + piece.Count > (isText ? maxText : maxBinary))
            {
                throw TooLarge(isText ? maxText : maxBinary);
            }

            if ((isText ? text.Scan(arrived) : binary.Scan(arrived)) is { } refusal)
            {
                throw refusal.ToProblem(nameof(SegmentStreamRequest)).ToRpcException();
            }

            if (!_incoming.TryAppend(arrived))
            {
                throw intake.Exhausted().ToRpcException();
            }

            if (piece.EndOfMessage)
            {
                var message = isText ? ParseJson(_incoming.Join().Span) : ParseBinary(_incoming.Join().Span);
                _speaksJson = isText;
                return message;
            }

            // More is coming: a session that has sent an image takes the next one in fewer steps.
            _piece = _piece.Length < LargestPiece ? new byte[LargestPiece] : _piece;
        }
    }

    private static RpcException TooLarge(long limit) => Problem
        .Of(
            StatusCode.ResourceExhausted,
            "MESSAGE_TOO_LARGE",
            $"A message is larger than {limit} bytes. Upload the image by POST /v1/images.")
        .ToRpcException();

    /// <summary>The next piece of a message. Goes on with a read whose wait was cancelled.</summary>
    private async Task<ValueWebSocketReceiveResult> ReceivePieceAsync()
    {
        try
        {
            _frame ??= socket.ReceiveAsync(_piece.AsMemory(), CancellationToken.None).AsTask();
            var received = await _frame;
            _frame = null;
            return received;
        }
        catch (Exception exception) when (
            exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            throw new CallerLeftException(exception);
        }
    }

    private static SegmentStreamRequest ParseJson(ReadOnlySpan<byte> json)
    {
        var problem = JsonForm.Read(json, SegmentStreamRequest.Descriptor, "message", out var message);
        return problem is null ? (SegmentStreamRequest)message! : throw problem.ToRpcException();
    }

    private static SegmentStreamRequest ParseBinary(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return SegmentStreamRequest.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            throw Problem.NotAMessage(nameof(SegmentStreamRequest)).ToRpcException();
        }
    }
}
