using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using Grpc.Core;
using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.Grpc;

/// <summary>
/// The body of an application/grpc-web-text request: base64 in pieces, each of which may end in padding. The server
/// library's own reader leaves the connection in disorder when the text is no base64, or holds more than it expects.
/// </summary>
internal sealed class Base64Body(PipeReader text) : PipeReader
{
    private const int Group = 4;

    // Bounded by what is read at once: the source is asked for more only when all of this was looked at.
    private readonly Pipe _bytes = new(new PipeOptions(pauseWriterThreshold: 0));
    private bool _ended;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_bytes.Reader.TryRead(out var result))
            {
                return result;
            }

            if (_ended)
            {
                return await _bytes.Reader.ReadAsync(cancellationToken);
            }

            await PullAsync(cancellationToken);
        }
    }

    public override bool TryRead(out ReadResult result) => _bytes.Reader.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => _bytes.Reader.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) =>
        _bytes.Reader.AdvanceTo(consumed, examined);

    public override void CancelPendingRead()
    {
        _bytes.Reader.CancelPendingRead();
        text.CancelPendingRead();
    }

    public override void Complete(Exception? exception = null)
    {
        _bytes.Reader.Complete(exception);
        text.Complete(exception);
    }

    private async ValueTask PullAsync(CancellationToken cancellationToken)
    {
        var read = await text.ReadAsync(cancellationToken);
        if (read.IsCanceled)
        {
            text.AdvanceTo(read.Buffer.Start);
            _bytes.Reader.CancelPendingRead();
            return;
        }

        var whole = read.Buffer.Length / Group * Group;
        var isBase64 = TryDecode(read.Buffer.Slice(0, whole)) && !(read.IsCompleted && whole < read.Buffer.Length);
        text.AdvanceTo(read.Buffer.GetPosition(whole), read.Buffer.End);
        if (!isBase64)
        {
            throw Problem.Invalid(
                "body",
                "It is no base64, as application/grpc-web-text has to be: a character of another alphabet, padding "
                    + "within a group of four, or an end within one.",
                "INVALID_MESSAGE").ToRpcException();
        }

        await _bytes.Writer.FlushAsync(cancellationToken);
        if (read.IsCompleted)
        {
            _ended = true;
            await _bytes.Writer.CompleteAsync();
        }
    }

    private bool TryDecode(ReadOnlySequence<byte> groups)
    {
        if (groups.IsEmpty)
        {
            return true;
        }

        var characters = ArrayPool<byte>.Shared.Rent((int)groups.Length);
        try
        {
            groups.CopyTo(characters);
            return TryDecode(characters.AsSpan(0, (int)groups.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(characters);
        }
    }

    private bool TryDecode(ReadOnlySpan<byte> groups)
    {
        while (!groups.IsEmpty)
        {
            // A padded group ends a piece, and another piece may follow.
            var padding = groups.IndexOf((byte)'=');
            var length = padding < 0 ? groups.Length : (padding / Group * Group) + Group;
            var status = Base64.DecodeFromUtf8(
                groups[..length], _bytes.Writer.GetSpan(length), out var consumed, out var written);
            if (status != OperationStatus.Done || consumed != length)
            {
                return false;
            }

            _bytes.Writer.Advance(written);
            groups = groups[length..];
        }

        return true;
    }
}
