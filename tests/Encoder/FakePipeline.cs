using System.Collections.Concurrent;
using System.Threading.Channels;
using Segmentation.Embeddings;
using Segmentation.Encoder.Pipeline;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

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
    private readonly Channel<int> _runs = Channel.CreateUnbounded<int>();
    private readonly SemaphoreSlim _gate = new(0);
    private readonly SemaphoreSlim _runGate = new(0);

    /// <summary>Whether runs stop too, until they are let through.</summary>
    public bool HoldsRuns { get; set; }

    /// <summary>Whether runs fail.</summary>
    public bool FailsRuns { get; set; }

    /// <summary>The numbers of the images of every run begun, in order.</summary>
    public ConcurrentQueue<byte[]> Runs { get; } = [];

    /// <summary>Waits until the next run is on a worker; gives its size.</summary>
    public async Task<int> NextRunAsync() => await _runs.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>Lets so many runs through.</summary>
    public void LetRuns(int runs) => _runGate.Release(runs);

    /// <summary>Files whose reading has begun, in order.</summary>
    public ConcurrentQueue<byte[]> Files { get; } = [];

    /// <summary>The parts that were cut out of them, in order.</summary>
    public ConcurrentQueue<ImageCrop> Crops { get; } = [];

    /// <summary>Waits until the next image is on a worker.</summary>
    public async Task<byte[]> NextAsync() => await _begun.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>Lets so many images through.</summary>
    public void Let(int images) => _gate.Release(images);

    /// <summary>Announced cost of files by their second byte; other files announce next to nothing.</summary>
    public ConcurrentDictionary<byte, ReadCost> Costs { get; } = [];

    /// <summary>Called by workers that are let through, before they go on.</summary>
    public Action<byte[], Action?>? Reading { get; set; }

    public ReadCost Measure(ReadOnlyMemory<byte> file) =>
        Costs.GetValueOrDefault(file.Span[1], new ReadCost("image/png", 1, TimeSpan.FromMilliseconds(2), 1, 1));

    public ModelImage Read(ReadOnlyMemory<byte> file, Action? betweenRows, CancellationToken cancellationToken)
    {
        var bytes = file.ToArray();
        Files.Enqueue(bytes);
        Assert.True(_begun.Writer.TryWrite(bytes));
        _gate.Wait(cancellationToken);
        Reading?.Invoke(bytes, betweenRows);
        return bytes[0] switch
        {
            Good => new ModelImage(
                new ImageGeometry(1024, 1), "image/png", [bytes[1], .. new byte[(1024 * 3) - 1]]),
            Damaged => throw new ImageException(ImageError.Damaged, "The file ends early."),
            _ => throw new InvalidOperationException("A bug."),
        };
    }

    public RgbImage ReadPicture(
        ReadOnlyMemory<byte> file, Action? betweenRows, CancellationToken cancellationToken) =>
        new(1024, 1, Read(file, betweenRows, cancellationToken).Pixels);

    public ModelImage Cut(RgbImage picture, ImageCrop crop, CancellationToken cancellationToken)
    {
        Crops.Enqueue(crop);
        return new ModelImage(new ImageGeometry(1024, 1), "application/octet-stream", picture.Pixels);
    }

    public void Encode(ReadOnlySpan<ModelImage> images, Memory<float> embeddings, CancellationToken cancellationToken)
    {
        Runs.Enqueue([.. images.ToArray().Select(image => image.Pixels[0])]);
        if (HoldsRuns)
        {
            Assert.True(_runs.Writer.TryWrite(images.Length));
            _runGate.Wait(cancellationToken);
        }

        if (FailsRuns)
        {
            throw new InvalidOperationException("A run failed.");
        }

        embeddings.Span.Fill(0.5f);
    }

    public void Dispose()
    {
        _gate.Dispose();
        _runGate.Dispose();
    }
}
