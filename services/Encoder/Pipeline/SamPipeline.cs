using Microsoft.Extensions.Options;
using Segmentation.Embeddings;
using Segmentation.Encoder.Configuration;
using Segmentation.Models;
using Segmentation.Sam;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Encoder.Pipeline;

/// <summary>libvips and ONNX Runtime. Made when the host starts: a missing execution provider ends it.</summary>
internal sealed class SamPipeline : IImagePipeline, IDisposable
{
    private readonly ImageEncoder _encoder;
    private readonly ImageLimits _limits;

    public SamPipeline(
        ModelPackage model, IOptions<EncoderOptions> options, ILogger<SamPipeline> logger)
    {
        _limits = new ImageLimits
        {
            MaxPixels = options.Value.MaxImagePixels,
            MaxWholePixels = options.Value.MaxWholeImagePixels,
            MaxWebPPixels = options.Value.MaxWebPImagePixels,
            MaxReadTime = options.Value.MaxReadTime,
        };
        _encoder = new ImageEncoder(model, options.Value.ToRuntimeOptions());
        PipelineLog.Ready(
            logger, model.Id, _encoder.Provider, options.Value.Precision, options.Value.Workers);
    }

    public ReadCost Measure(ReadOnlyMemory<byte> file) => ImageReader.Measure(file, _limits);

    public ModelImage Read(ReadOnlyMemory<byte> file, Action? betweenRows, CancellationToken cancellationToken) =>
        ImageReader.ReadForModel(file, _limits with { BetweenRows = betweenRows }, _encoder.Resizing, cancellationToken);

    public RgbImage ReadPicture(ReadOnlyMemory<byte> file, Action? betweenRows, CancellationToken cancellationToken) =>
        ImageReader.ReadFull(file, _limits with { BetweenRows = betweenRows }, cancellationToken);

    public ModelImage Cut(RgbImage picture, ImageCrop crop, CancellationToken cancellationToken)
    {
        var isInside = crop is { X: >= 0, Y: >= 0, Width: > 0, Height: > 0 }
            && crop.X <= picture.Width - crop.Width && crop.Y <= picture.Height - crop.Height;
        return isInside
            ? ImageCropper.Crop(
                picture, new(crop.X, crop.Y, crop.Width, crop.Height), _encoder.Resizing, cancellationToken)
            : throw new ImageException(
                ImageError.Damaged,
                $"{crop} is not inside of the image of {picture.Width} x {picture.Height} pixels that the file has.");
    }

    public void Encode(
        ReadOnlySpan<ModelImage> images, Memory<float> embeddings, CancellationToken cancellationToken) =>
        _encoder.Encode(images, embeddings, cancellationToken);

    public void Dispose() => _encoder.Dispose();
}
