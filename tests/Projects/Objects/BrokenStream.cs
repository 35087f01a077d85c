namespace Segmentation.Projects.Tests.Objects;

/// <summary>Content that fails after some bytes, or goes on without an end after it has called something.</summary>
internal sealed class BrokenStream(int bytesBefore, Action? instead = null) : Stream
{
    private int _given;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _given; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_given >= bytesBefore)
        {
            (instead ?? throw new IOException("The line is cut."))();
        }

        _given += count;
        return count;
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
