using Segmentation.Embeddings;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.Quotas;
using Segmentation.Masks.Everything;

namespace Segmentation.Gateway.Everything;

/// <summary>A checked request for everything in an image.</summary>
/// <param name="Caller">Who asks.</param>
/// <param name="Source">The image, and the model to search with.</param>
/// <param name="File">The image file's bytes; null when only its id was sent.</param>
/// <param name="Options">Valid options within the server's bounds.</param>
/// <param name="OptionsHash"><see cref="EverythingOptions.Hash"/> of the options.</param>
internal sealed record SearchRequest(
    Caller Caller, ImageKey Source, ReadOnlyMemory<byte>? File, EverythingOptions Options, string OptionsHash)
{
    /// <summary>Key of the image's embedding.</summary>
    public EmbeddingKey Key => Source.Embedding;

    /// <summary>
    /// Work of the search at most: its grid points, and the crops that may have to be encoded. Without the image's
    /// bytes no crop is encoded.
    /// </summary>
    public Work Work { get; } = new(
        Points: OptionsParser.SizeOf(Options).Points,
        Crops: File is null ? 0 : (int)OptionsParser.SizeOf(Options).Crops - 1,
        Model: Source.Model.Id);

    /// <summary>
    /// Requests of equal identity share a search. A search without the file's bytes may fail because a crop cannot be
    /// encoded; a request that sent the bytes must not fail with it.
    /// </summary>
    public (EmbeddingKey Key, string OptionsHash, bool CanEncodeCrops) Identity =>
        (Key, OptionsHash, File is not null || Options.CropNLayers == 0);
}
