using Microsoft.Extensions.Options;
using Segmentation.Embeddings;
using Segmentation.Sam;
using Segmentation.Sam.Images;

namespace Segmentation.Encoder.Pipeline;

/// <summary>libvips and ONNX Runtime. Made when the host starts: a missing execution provider ends it.</summary>
internal sealed class SamPipeline : IImagePipeline, IDisposable
{
    private readonly ImageEncoder _encoder;
    private readonly ImageLimits _limits;

    public SamPipeline(
        string graphPath, ModelIdentity model, IOptions<EncoderOptions> options, ILogger<SamPipeline> logger)
    {
        _limits = new ImageLimits
        {
            MaxPixels = options.Value.MaxImagePixels,
            MaxWholePixels = options.Value.MaxWholeImagePixels,
            MaxReadTime = options.Value.MaxReadTime,
        };
        _encoder = new ImageEncoder(graphPath, options.Value.ToRuntimeOptions());
        EncoderLog.Ready(
            logger, model.Id, _encoder.Provider, options.Value.Precision, options.Value.Workers);
    }

    public ModelImage Read(ReadOnlyMemory<byte> file, ImageCrop? crop, CancellationToken cancellationToken)
    {
        if (crop is not { } part)
        {
            return ImageReader.ReadForModel(file, _limits, cancellationToken);
        }

        var image = ImageReader.ReadFull(file, _limits, cancellationToken);
        var isInside = part is { X: >= 0, Y: >= 0, Width: > 0, Height: > 0 }
            && part.X <= image.Width - part.Width && part.Y <= image.Height - part.Height;
        return isInside
            ? ImageCropper.Crop(image, new(part.X, part.Y, part.Width, part.Height), cancellationToken)
            : throw new ImageException(
                ImageError.Damaged,
                $"{part} is not inside of the image of {image.Width} x {image.Height} pixels that the file has.");
    }

    public void Encode(
        ReadOnlySpan<ModelImage> images, Memory<float> embeddings, CancellationToken cancellationToken) =>
        _encoder.Encode(images, embeddings, cancellationToken);

    public void Dispose() => _encoder.Dispose();
}
