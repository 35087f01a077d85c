using Segmentation.Embeddings;

namespace Segmentation.Encoder.Queue;

/// <summary>What a worker made of an image.</summary>
/// <param name="Embedding">Its embedding.</param>
/// <param name="Duration">Time spent on reading, transforming and encoding.</param>
internal sealed record EncodedImage(Embedding Embedding, TimeSpan Duration);
