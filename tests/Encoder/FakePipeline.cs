using System.Collections.Concurrent;
using System.Threading.Channels;
using Segmentation.Encoder.Pipeline;
using Segmentation.Sam.Images;

namespace Segmentation.Encoder.Tests;

/// <summary>
/// A pipeline that stops at every image until it is let through, so that tests decide the order of things. The first
/// byte of a file says what becomes of it.
/// </summary>
internal sealed class FakePipeline : IImagePipeline, IDisposable
{
    public const byte Good = 1;
    public const byte Damaged = 2;
    public const byte Crash = 3;

    private readonly Channel<byte[]> _begun = Channel.CreateUnbounded<byte[]>();
    private readonly SemaphoreSlim _gate = new(0);

    /// <summary>Files whose reading has begun, in order.</summary>
    public ConcurrentQueue<byte[]> Files { get; } = [];

    /// <summary>Waits until the next image is on a worker.</summary>
    public async Task<byte[]> NextAsync() => await _begun.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>Lets so many images through.</summary>
    public void Let(int images) => _gate.Release(images);

    public ModelImage Read(ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        var bytes = file.ToArray();
        Files.Enqueue(bytes);
        Assert.True(_begun.Writer.TryWrite(bytes));
        _gate.Wait(cancellationToken);
        return bytes[0] switch
        {
            Good => new ModelImage(new ImageGeometry(1024, 1), "image/png", new byte[1024 * 3]),
            Damaged => throw new ImageException(ImageError.Damaged, "The file ends early."),
            _ => throw new InvalidOperationException("A bug."),
        };
    }

    public void Encode(ReadOnlySpan<ModelImage> images, Memory<float> embeddings, CancellationToken cancellationToken)
    {
        Assert.Equal(1, images.Length);
        embeddings.Span.Fill(0.5f);
    }

    public void Dispose() => _gate.Dispose();
}
