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
        _limits = new ImageLimits { MaxPixels = options.Value.MaxImagePixels };
        _encoder = new ImageEncoder(graphPath, options.Value.ToRuntimeOptions());
        EncoderLog.Ready(logger, model.Id, _encoder.Provider, options.Value.Workers);
    }

    public ModelImage Read(ReadOnlyMemory<byte> file, CancellationToken cancellationToken) =>
        ImageReader.ReadForModel(file, _limits, cancellationToken);

    public void Encode(
        ReadOnlySpan<ModelImage> images, Memory<float> embeddings, CancellationToken cancellationToken) =>
        _encoder.Encode(images, embeddings, cancellationToken);

    public void Dispose() => _encoder.Dispose();
}
