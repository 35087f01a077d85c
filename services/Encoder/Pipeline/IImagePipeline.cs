using Segmentation.Embeddings;
using Segmentation.Sam.Images;

namespace Segmentation.Encoder.Pipeline;

/// <summary>The two costly steps from a file to an embedding. Safe for concurrent use.</summary>
internal interface IImagePipeline
{
    /// <summary>Reads a file and transforms it to what the encoder takes.</summary>
    /// <param name="file">The image file.</param>
    /// <param name="crop">The part that counts, as an image of its own; null for the whole.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ImageException">The file is no usable image, or the part is not inside of it.</exception>
    ModelImage Read(ReadOnlyMemory<byte> file, ImageCrop? crop, CancellationToken cancellationToken);

    /// <summary>Encodes images in one run.</summary>
    /// <param name="images">At least one image.</param>
    /// <param name="embeddings">Receives [images, 256, 64, 64] values, row-major.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    void Encode(ReadOnlySpan<ModelImage> images, Memory<float> embeddings, CancellationToken cancellationToken);
}
