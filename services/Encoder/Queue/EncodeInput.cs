using Segmentation.Common;
using Segmentation.Embeddings;

namespace Segmentation.Encoder.Queue;

/// <summary>An image, or a part of one, that somebody wants encoded.</summary>
/// <param name="Image">Key of the whole image; its tenant is the one who waits.</param>
/// <param name="File">The image file.</param>
/// <param name="Crop">The part of the image; null for the whole.</param>
/// <param name="Lane">Urgency.</param>
internal sealed record EncodeInput(EmbeddingKey Image, ReadOnlyMemory<byte> File, ImageCrop? Crop, Lane Lane)
{
    /// <summary>Key of the embedding: of the image, or of its part.</summary>
    public EmbeddingKey Key { get; } = Crop is { } crop ? Image.OfCrop(crop) : Image;
}
