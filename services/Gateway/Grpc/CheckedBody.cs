using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Receiving;

namespace Segmentation.Gateway.Grpc;

/// <summary>
/// The body of a gRPC request. Messages are checked and charged while they arrive, before the server library sees
/// them: the library holds a message until its last byte, for as long as that takes, and logs a stack for each wrong
/// head.
/// </summary>
/// <param name="inner">The body.</param>
/// <param name="context">The request.</param>
/// <param name="shape">Shape of the messages; null for an unknown method.</param>
/// <param name="bodies">Shared parts of all bodies.</param>
internal sealed class CheckedBody(PipeReader inner, HttpContext context, RequestShape? shape, CheckedBodies bodies)
    : PipeReader, IRequestBodyPipeFeature
{
    // Compressed or not, then the length.
    private const int HeadBytes = 5;

    private ReadOnlySequence<byte> _buffer;
    private WireScanner? _scanner;
    private RequestIntake? _intake;

    /// <summary>Bytes of the message at hand that were scanned, with its head.</summary>
    private long _scanned;

    private SequencePosition _scannedTo;

    /// <summary>Bytes that have come and were not consumed.</summary>
    private long _rest;

    public PipeReader Reader => this;

    private RequestIntake RequestIntake => _intake ??= bodies.IntakeRegistry.Of(context);

    /// <summary>True while a client may be silent as long as it likes.</summary>
    private bool IsBetweenMessages => _rest == 0 && shape is { IsSession: true };

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (IsBetweenMessages)
        {
            _intake?.Release();
        }

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
            return Checked(await (IsBetweenMessages ? reading : RequestIntake.WaitAsync(inner, reading)));
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
        Arrived();
        if (read.Buffer.Length < HeadBytes)
        {
            return read;
        }

        Span<byte> head = stackalloc byte[HeadBytes];
        read.Buffer.Slice(0, HeadBytes).CopyTo(head);
        var length = BinaryPrimitives.ReadInt32BigEndian(head[1..]);
        var problem = head[0] > 1
            ? Wrong($"A message begins with {head[0]}: 0 (as it is) or 1 (compressed) is allowed.")
            : length < 0
                ? Problem.Of(StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE", "A message announces more than 2 GiB.")
                : shape is { IsOurs: false } && length > RequestShape.OthersBytes
                    ? CheckedBodies.TooLarge()
                    : Check(read.Buffer, isCompressed: head[0] == 1, HeadBytes + (long)length);
        if (problem is not null)
        {
            inner.AdvanceTo(read.Buffer.End);
            throw problem.ToRpcException();
        }

        return read;
    }

    /// <summary>Keeps account of what has come since the last time.</summary>
    private void Arrived()
    {
        var arrived = _buffer.Length - _rest;
        if (IsBetweenMessages)
        {
            _intake?.Begin();
        }
        else
        {
            _intake?.Arrived(arrived);
        }

        _rest = _buffer.Length;
    }

    /// <summary>Looks at what has come of the first message since the last time, and charges all of it.</summary>
    private RpcStatus? Check(in ReadOnlySequence<byte> buffer, bool isCompressed, long messageEnd)
    {
        if (shape is null)
        {
            return null;
        }

        var end = Math.Min(buffer.Length, messageEnd);
        if (_scanned == end)
        {
            return null;
        }

        var isWhole = end == messageEnd;
        var unpacked = 0L;
        var wrong = isCompressed ? null : Scan(buffer, end);
        if (wrong is null && isWhole && (isCompressed || !shape.IsOurs))
        {
            var message = buffer.Slice(HeadBytes, end - HeadBytes);
            wrong = isCompressed
                ? bodies.Unpack(message, context.Request, shape, out unpacked)
                : CheckedBodies.Parse(message, shape);
        }

        if (wrong is not null)
        {
            return wrong;
        }

        _scanned = end;
        var held = buffer.Length + unpacked;
        return held <= RequestIntake.Free && isWhole ? null : Hold(held);
    }

    private RpcStatus? Hold(long bytes) => RequestIntake.TryHold(bytes) ? null : RequestIntake.Exhausted();

    private RpcStatus? Scan(in ReadOnlySequence<byte> buffer, long end)
    {
        // From where the last look ended: to find the place again would take time with all that is there already.
        var news = _scanner is null
            ? buffer.Slice(HeadBytes, end - HeadBytes)
            : buffer.Slice(_scannedTo, end - _scanned);
        _scanner ??= new WireScanner(shape!.Type);
        foreach (var segment in news)
        {
            if (_scanner.Scan(segment.Span) is { } refusal)
            {
                return refusal.ToProblem(shape!.Type.Name);
            }
        }

        _scannedTo = news.End;
        return null;
    }

    /// <summary>The library takes whole messages: whatever it consumed, the next one begins after it.</summary>
    private void Consumed(SequencePosition consumed)
    {
        var taken = _buffer.Slice(_buffer.Start, consumed).Length;
        if (taken > 0)
        {
            (_scanner, _scanned) = (null, 0);
            _rest -= taken;
        }
    }
}
