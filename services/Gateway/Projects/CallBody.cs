using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Segmentation.Gateway.Projects;

/// <summary>
/// Body of an answer to a forwarded call. The writer of gRPC-Web's text gives no room unless it is asked for a number of
/// bytes, which the framework's own stream over a writer does not do.
/// </summary>
/// <param name="inner">The answer's own body, which this one takes the place of.</param>
internal sealed class CallBody(IHttpResponseBodyFeature inner) : Stream, IHttpResponseBodyFeature
{
    private const int PieceBytes = 16 * 1024;

    public Stream Stream => this;

    public PipeWriter Writer => inner.Writer;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var piece = buffer[..Math.Min(buffer.Length, PieceBytes)];
            piece.CopyTo(inner.Writer.GetMemory(piece.Length));
            inner.Writer.Advance(piece.Length);
            await inner.Writer.FlushAsync(cancellationToken);
            buffer = buffer[piece.Length..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken) =>
        await inner.Writer.FlushAsync(cancellationToken);

    public void DisableBuffering() => inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

    public Task CompleteAsync() => inner.CompleteAsync();

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        inner.SendFileAsync(path, offset, count, cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
