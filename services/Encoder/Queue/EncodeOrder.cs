using Segmentation.Embeddings;

namespace Segmentation.Encoder.Queue;

/// <summary>What somebody wants encoded.</summary>
/// <param name="Image">Key of the whole image; its tenant is who waits.</param>
/// <param name="File">The image file.</param>
/// <param name="Crop">The part of it; null for the whole.</param>
/// <param name="Priority">How urgent it is.</param>
internal sealed record EncodeOrder(
    EmbeddingKey Image, ReadOnlyMemory<byte> File, ImageCrop? Crop, EncodePriority Priority)
{
    /// <summary>Key of what is encoded: of the image, or of its part.</summary>
    public EmbeddingKey Key { get; } = Crop is { } crop ? Image.OfCrop(crop) : Image;
}
