using Segmentation.Embeddings;

namespace Segmentation.Encoder.Queue;

/// <summary>What somebody wants encoded.</summary>
/// <param name="File">The image file.</param>
/// <param name="Crop">The part of it; null for the whole.</param>
/// <param name="Priority">Who waits for it.</param>
internal sealed record EncodeOrder(ReadOnlyMemory<byte> File, ImageCrop? Crop, EncodePriority Priority);
