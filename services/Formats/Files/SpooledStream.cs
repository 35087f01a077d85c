namespace Segmentation.Formats.Files;

/// <summary>
/// A stream that is written first and passed on as a whole when it is disposed. The first megabyte stays in memory.
/// </summary>
/// <param name="pass">Takes the content from its beginning.</param>
internal sealed class SpooledStream(Action<Stream> pass) : Stream
{
    private const int MaxMemory = 1 << 20;

    private Stream? _content = new MemoryStream();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => _content is not null;

    public override long Length => Content.Length;

    public override long Position
    {
        get => Content.Position;
        set => throw new NotSupportedException();
    }

    private Stream Content => _content ?? throw new ObjectDisposedException(nameof(SpooledStream));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Content is MemoryStream memory && memory.Length + buffer.Length > MaxMemory)
        {
            var file = Spool.Create();
            memory.WriteTo(file);
            _content = file;
        }

        Content.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Passed on as a whole, at the end.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && _content is { } content)
        {
            _content = null;
            using (content)
            {
                content.Position = 0;
                pass(content);
            }
        }

        base.Dispose(disposing);
    }
}
