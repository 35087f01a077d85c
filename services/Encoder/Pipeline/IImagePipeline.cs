using Segmentation.Embeddings;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Encoder.Pipeline;

/// <summary>The two costly steps from a file to an embedding. Safe for concurrent use.</summary>
internal interface IImagePipeline
{
    /// <summary>Tells from a file's header what reading takes.</summary>
    /// <param name="file">The image file.</param>
    /// <exception cref="ImageException">The file is no usable image.</exception>
    ReadCost Measure(ReadOnlyMemory<byte> file);

    /// <summary>Reads a file and transforms it to what the encoder takes.</summary>
    /// <param name="file">The image file.</param>
    /// <param name="betweenRows">Called between rows where the format allows it; its time does not count.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ImageException">The file is no usable image.</exception>
    ModelImage Read(ReadOnlyMemory<byte> file, Action? betweenRows, CancellationToken cancellationToken);

    /// <summary>Reads a file at its full size, to cut crops from it.</summary>
    /// <param name="file">The image file.</param>
    /// <param name="betweenRows">Called between rows where the format allows it; its time does not count.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ImageException">The file is no usable image.</exception>
    RgbImage ReadPicture(ReadOnlyMemory<byte> file, Action? betweenRows, CancellationToken cancellationToken);

    /// <summary>Cuts a crop and transforms it to what the encoder takes, as if it were an image of its own.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="crop">The part.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ImageException">The part is not inside of the picture.</exception>
    ModelImage Cut(RgbImage picture, ImageCrop crop, CancellationToken cancellationToken);

    /// <summary>Encodes images in one run.</summary>
    /// <param name="images">At least one image.</param>
    /// <param name="embeddings">Receives [images, 256, 64, 64] values, row-major.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    void Encode(ReadOnlySpan<ModelImage> images, Memory<float> embeddings, CancellationToken cancellationToken);
}
