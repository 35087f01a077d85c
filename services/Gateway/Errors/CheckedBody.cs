using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Segmentation.Gateway.Errors;

/// <summary>
/// The body of a gRPC request, whose messages' heads are checked before the server library sees them: what is wrong
/// there is a bug of the handler to the library, with a stack in the log for each.
/// </summary>
internal sealed class CheckedBody(PipeReader inner) : PipeReader, IRequestBodyPipeFeature
{
    // Compressed or not, then the length.
    private const int HeadBytes = 5;

    public PipeReader Reader => this;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var reading = inner.ReadAsync(cancellationToken);
        return reading.IsCompletedSuccessfully ? new(Checked(reading.Result)) : AwaitAsync(reading);
    }

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) =>
        inner.AdvanceTo(consumed, examined);

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
    }

    /// <summary>What is read begins with a message: the library takes whole ones only.</summary>
    private ReadResult Checked(ReadResult read)
    {
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
                : null;
        if (problem is not null)
        {
            inner.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            throw problem.ToRpcException();
        }

        return read;
    }
}
