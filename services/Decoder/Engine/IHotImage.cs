using Segmentation.Embeddings;

namespace Segmentation.Decoder.Engine;

/// <summary>An image ready for prompts. Immutable; stays valid as long as somebody refers to it.</summary>
internal interface IHotImage
{
    /// <summary>Description of the image.</summary>
    EmbeddingInfo Info { get; }

    /// <summary>Bytes it holds.</summary>
    long SizeBytes { get; }
}
