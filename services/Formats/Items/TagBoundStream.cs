namespace Segmentation.Formats.Items;

/// <summary>
/// Passes an XML file on and refuses one whose tags or texts grow without bound, which a parser would hold in memory.
/// </summary>
/// <param name="inner">The file; left open.</param>
/// <param name="path">Path of the file, for messages.</param>
internal sealed class TagBoundStream(Stream inner, string path) : Stream
{
    private const long MaxBytes = 1 << 28;

    private long _sinceTag;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        var last = buffer[..read].LastIndexOf((byte)'>');
        _sinceTag = last < 0 ? _sinceTag + read : read - last;
        return _sinceTag <= MaxBytes
            ? read
            : throw new DatasetFormatException($"{path}: one element has more than {MaxBytes} bytes. Split the file.");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
