namespace Segmentation.Formats.Files;

/// <summary>
/// A stream of an archive that gives no more bytes than the archive's directory says, whatever its compressed data hold.
/// </summary>
/// <param name="inner">The file's uncompressed bytes; disposed with this stream.</param>
/// <param name="path">Path of the file, for messages.</param>
/// <param name="length">Bytes that the directory says.</param>
internal sealed class BoundedStream(Stream inner, string path, long length) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Counted(inner.Read(buffer), buffer.Length);
        }
        catch (InvalidDataException exception)
        {
            throw Damaged(exception);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Counted(await inner.ReadAsync(buffer, cancellationToken), buffer.Length);
        }
        catch (InvalidDataException exception)
        {
            throw Damaged(exception);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Counted(int read, int wanted)
    {
        _position += read;
        if (_position > length || (read == 0 && wanted > 0 && _position < length))
        {
            throw new DatasetFormatException(
                $"{path} does not have the {length} bytes that the archive's directory says. Pack the dataset again.");
        }

        return read;
    }

    private DatasetFormatException Damaged(InvalidDataException exception) =>
        new($"{path} is damaged in the archive. Pack the dataset again.", exception);
}
