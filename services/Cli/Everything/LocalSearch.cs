using Segmentation.Masks.Everything;
using Segmentation.Models;
using Segmentation.Sam;
using Segmentation.Sam.Everything;
using Segmentation.Sam.Images;

namespace Segmentation.Cli.Everything;

/// <summary>Finds everything in images with the default model, in this process.</summary>
internal sealed class LocalSearch : IImageSearch
{
    private readonly ImageEncoder _encoder;
    private readonly Segmenter _segmenter;
    private readonly EverythingGenerator _generator;

    public LocalSearch(ModelPackage model, int threads)
    {
        // The encoder uses all threads for one image; the decoder uses one thread a batch.
        _encoder = new ImageEncoder(model, new() { IntraOpThreads = threads });
        _segmenter = new Segmenter(model, new() { IntraOpThreads = 1 });
        _generator = new EverythingGenerator(_segmenter, threads);
    }

    public Task<(int Width, int Height, IReadOnlyList<EverythingMask> Masks)> FindAsync(
        byte[] file,
        EverythingOptions options,
        IProgress<EverythingProgress> progress,
        CancellationToken cancellationToken)
    {
        var header = ImageReader.ReadHeader(file, ImageLimits.Default);
        var plan = new EverythingPlan(header.Width, header.Height, options);
        var crops = new CropEncoder(_encoder, _segmenter, file, ImageLimits.Default);
        var masks = _generator.Generate(plan, crops.Prepare, progress, cancellationToken);
        return Task.FromResult((header.Width, header.Height, masks));
    }

    public void Dispose()
    {
        _segmenter.Dispose();
        _encoder.Dispose();
    }
}
