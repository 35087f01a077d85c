using Segmentation.Sam.Images;

namespace Segmentation.Sam.Encoders;

/// <summary>Computes image embeddings: our own kernels, or ONNX Runtime. Safe for concurrent use.</summary>
internal interface IImageEncoderBackend : IDisposable
{
    /// <summary>Encodes a batch of images.</summary>
    /// <param name="images">At least one image.</param>
    /// <param name="embeddings">Receives [images, 256, 64, 64] values, row-major.</param>
    /// <param name="cancellationToken">Ends a run that has begun, within a tenth of its time.</param>
    void Encode(ReadOnlySpan<ModelImage> images, Memory<float> embeddings, CancellationToken cancellationToken);
}
