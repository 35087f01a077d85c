using System.Diagnostics.CodeAnalysis;

namespace Segmentation.Embeddings.Storage;

/// <summary>Number format of an embedding's values outside of this process.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The value is a type of elements, and users write it.")]
public enum EmbeddingEncoding
{
    /// <summary>IEEE 754 binary16: 2.1 MB, of SAM 2 8.4 MB.</summary>
    Float16,

    /// <summary>
    /// Signed bytes with a scale for each 4,096 (a channel of the first tensor): 1.05 MB, of SAM 2 4.2 MB.
    /// </summary>
    Int8,
}
