using Segmentation.Embeddings;
using Segmentation.Masks.Everything;

namespace Segmentation.Gateway.Everything;

/// <summary>A search that somebody wants.</summary>
/// <param name="Key">The image.</param>
/// <param name="File">The image file's bytes; null when only its id was sent.</param>
/// <param name="Options">What to look for; valid, and within the server's bounds.</param>
/// <param name="OptionsId">A hash of the options: searches of the same id look for the same.</param>
internal sealed record SearchOrder(
    EmbeddingKey Key, ReadOnlyMemory<byte>? File, EverythingOptions Options, string OptionsId)
{
    /// <summary>
    /// What requests must have in common to share a search. One without the bytes may fail for want of them, and that
    /// must not happen to one that sent them.
    /// </summary>
    public (EmbeddingKey Key, string OptionsId, bool HasCropsAtHand) Identity =>
        (Key, OptionsId, File is not null || Options.CropNLayers == 0);
}
