using System.Buffers;
using System.IO.Pipelines;

namespace Segmentation.Doors.Crops;

/// <summary>
/// A stream into an answer, for writers of files that also write without waiting, which an answer does not allow: such
/// bytes stay in memory until the next write that waits.
/// </summary>
/// <param name="writer">Where it goes.</param>
internal sealed class PacedStream(PipeWriter writer) : Stream
{
    private const int ChunkBytes = 1 << 16;
    private long _pending;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        writer.Write(buffer);
        _pending += buffer.Length;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        if (_pending < ChunkBytes)
        {
            return;
        }

        _pending = 0;
        if ((await writer.FlushAsync(cancellationToken)).IsCompleted)
        {
            throw new OperationCanceledException("The caller left.", cancellationToken);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Does nothing: the bytes go with the next write that waits, or with the answer's end.</summary>
    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
