using System.Buffers;
using System.IO.Pipelines;
using Segmentation.Gateway.Receiving;

namespace Segmentation.Gateway.Rest;

/// <summary>
/// A request's body whose reads can be cancelled while the request goes on: a read of the server's own stream that was
/// cancelled counts as one in progress, and the answer that says so would end in an error.
/// </summary>
/// <param name="body">The body.</param>
/// <param name="intake">The request's account, which says how slow the body may be.</param>
internal sealed class RequestBody(PipeReader body, RequestIntake intake) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ReadResult read;
        await using (cancellationToken.UnsafeRegister(static pipe => Cancel((PipeReader)pipe!), body))
        {
            read = await intake.ReadAsync(body, CancellationToken.None);
        }

        // Once the reader has moved on, its buffers are somebody else's.
        var count = (int)Math.Min(buffer.Length, read.Buffer.Length);
        var taken = read.Buffer.Slice(0, count);
        taken.CopyTo(buffer.Span);
        body.AdvanceTo(taken.End);
        intake.Arrived(count);
        if (read.IsCanceled)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    private static void Cancel(PipeReader body)
    {
        try
        {
            body.CancelPendingRead();
        }
        catch (IOException)
        {
            // The connection has gone already: the read ends with the same exception, and the server would log this one.
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
