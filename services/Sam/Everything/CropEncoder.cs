using Segmentation.Masks.Everything;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Everything;

/// <summary>
/// Encodes and prepares the crops of one image file in this process. Reads the file at its full size only when there
/// are crops besides the whole image. Not safe for concurrent use.
/// </summary>
/// <param name="encoder">The image encoder.</param>
/// <param name="segmenter">The decoder that the crops are prepared for.</param>
/// <param name="file">The file's bytes.</param>
/// <param name="limits">Limits on the file.</param>
public sealed class CropEncoder(
    ImageEncoder encoder, Segmenter segmenter, ReadOnlyMemory<byte> file, ImageLimits limits)
{
    private readonly float[] _embedding = new float[encoder.EmbeddingLength];
    private RgbImage? _image;

    /// <summary>Encodes one crop.</summary>
    /// <param name="crop">A crop of a plan for this image.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ImageException">The file is no usable image.</exception>
    public PreparedImage Prepare(EverythingCrop crop, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(crop);
        var image = crop.Layer == 0
            ? ImageReader.ReadForModel(file, limits, encoder.Resizing, cancellationToken)
            : ImageCropper.Crop(
                _image ??= ImageReader.ReadFull(file, limits, cancellationToken),
                crop.Box,
                encoder.Resizing,
                cancellationToken);
        encoder.Encode([image], _embedding, cancellationToken);
        // Rounded as in a store of embeddings, so that a search on a server gives the same masks to the last pixel.
        for (var i = 0; i < _embedding.Length; i++)
        {
            _embedding[i] = (float)(Half)_embedding[i];
        }

        return segmenter.Prepare(_embedding, image.Geometry, cancellationToken);
    }
}
