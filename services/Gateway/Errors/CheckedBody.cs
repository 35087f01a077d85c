using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Segmentation.Gateway.Receiving;
using Microsoft.AspNetCore.Http.Features;

namespace Segmentation.Gateway.Errors;

/// <summary>
/// The body of a gRPC request. Messages are checked while they arrive, before the server library sees them: the library
/// holds a message until its last byte, and logs a stack for each wrong head. Compressed messages are checked where
/// they are unpacked.
/// </summary>
/// <param name="inner">The body.</param>
/// <param name="type">The type of its messages; null where only heads are checked.</param>
internal sealed class CheckedBody(PipeReader inner, MessageDescriptor? type) : PipeReader, IRequestBodyPipeFeature
{
    // Compressed or not, then the length.
    private const int HeadBytes = 5;

    private ReadOnlySequence<byte> _buffer;
    private WireScanner? _scanner;

    /// <summary>Bytes of the message at hand that were scanned, with its head.</summary>
    private long _scanned;

    public PipeReader Reader => this;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var reading = inner.ReadAsync(cancellationToken);
        return reading.IsCompletedSuccessfully ? new(Checked(reading.Result)) : AwaitAsync(reading);
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
        {
            return false;
        }

        result = Checked(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed)
    {
        Consumed(consumed);
        inner.AdvanceTo(consumed);
    }

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        Consumed(consumed);
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private static RpcStatus Wrong(string why) => Problem.Invalid("body", why, "INVALID_MESSAGE");

    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> reading)
    {
        try
        {
            return Checked(await reading);
        }
        catch (BadHttpRequestException exception)
        {
            throw Wrong(ClientText.Clean(exception.Message)).ToRpcException();
        }
        catch (IOException exception) when (ChunkSizes.AreWrong(exception))
        {
            throw Wrong(ChunkSizes.Refusal).ToRpcException();
        }
    }

    /// <summary>Checks a buffer, which begins with a message: the library takes whole ones only.</summary>
    private ReadResult Checked(ReadResult read)
    {
        _buffer = read.Buffer;
        if (read.Buffer.Length < HeadBytes)
        {
            return read;
        }

        Span<byte> head = stackalloc byte[HeadBytes];
        read.Buffer.Slice(0, HeadBytes).CopyTo(head);
        var problem = head[0] > 1
            ? Wrong($"A message begins with {head[0]}: 0 (as it is) or 1 (compressed) is allowed.")
            : BinaryPrimitives.ReadInt32BigEndian(head[1..]) < 0
                ? Problem.Of(StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE", "A message announces more than 2 GiB.")
                : Scan(read.Buffer, head);
        if (problem is not null)
        {
            inner.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            throw problem.ToRpcException();
        }

        return read;
    }

    /// <summary>Looks at what has come of the first message since the last time.</summary>
    private RpcStatus? Scan(ReadOnlySequence<byte> buffer, ReadOnlySpan<byte> head)
    {
        if (type is null || head[0] == 1)
        {
            return null;
        }

        _scanner ??= new WireScanner(type);
        var end = Math.Min(buffer.Length, HeadBytes + (long)BinaryPrimitives.ReadInt32BigEndian(head[1..]));
        var from = Math.Min(Math.Max(_scanned, HeadBytes), end);
        foreach (var segment in buffer.Slice(from, end - from))
        {
            if (_scanner.Scan(segment.Span) is { } refusal)
            {
                return CheckedMethods.Refused(refusal, type.Name);
            }
        }

        _scanned = end;
        return null;
    }

    /// <summary>The library takes whole messages: whatever it consumed, the next one begins after it.</summary>
    private void Consumed(SequencePosition consumed)
    {
        if (!_buffer.Slice(_buffer.Start, consumed).IsEmpty)
        {
            (_scanner, _scanned) = (null, 0);
        }
    }
}
