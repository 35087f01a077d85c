namespace Segmentation.Grains;

/// <summary>
/// A hot image. The key is the embedding's key (tenant, model, preprocessing version, hash), so an activation holds
/// exactly one tenant's image under exactly one model.
/// </summary>
/// <remarks>
/// Calls keep no state between them that changes an answer: the same request gives the same reply on every activation
/// of every silo. That is what lets a gateway repeat a request elsewhere.
/// </remarks>
[Alias("segmentation.image")]
public interface IImageGrain : IGrainWithStringKey
{
    /// <summary>Decodes prompts on this image.</summary>
    /// <param name="request">One or many prompts and what to make of them.</param>
    /// <param name="cancellationToken">Drops what has not begun.</param>
    /// <returns>Masks, or the reason why there are none; expected failures are never exceptions.</returns>
    [Alias("decode")]
    Task<DecodeReply> DecodeAsync(DecodeRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Asks grid points of a search for everything in the picture, in the batch lane. The image is one of the search's
    /// crops: the whole image, or a part that was encoded by itself.
    /// </summary>
    /// <param name="request">Which points, of which plan.</param>
    /// <param name="cancellationToken">Drops what has not begun, ends what runs.</param>
    /// <returns>The masks that passed, or why there are none; expected failures are never exceptions.</returns>
    [Alias("search")]
    Task<PointsReply> SearchAsync(PointsRequest request, CancellationToken cancellationToken);

    /// <summary>A search asks no more points of this image.</summary>
    /// <param name="plan">Id of its plan.</param>
    /// <param name="crop">Index of the crop in the plan.</param>
    /// <param name="search">The search, as its requests named it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("leave-search")]
    Task LeaveSearchAsync(string plan, int crop, Guid search, CancellationToken cancellationToken);

    /// <summary>Makes the image hot where this activation is, from the store.</summary>
    /// <param name="cancellationToken">
    /// Gives up; an image whose preparation has begun may become hot all the same.
    /// </param>
    /// <returns>Ok, ImageNotFound or Overloaded.</returns>
    [Alias("prepare")]
    Task<DecodeStatus> PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Makes the image hot where this activation is, without the store.</summary>
    /// <param name="embedding">Its embedding.</param>
    /// <param name="cancellationToken">
    /// Gives up; an image whose preparation has begun may become hot all the same.
    /// </param>
    /// <returns>Ok, ImageNotFound (the key is of another model) or Overloaded.</returns>
    [Alias("adopt")]
    Task<DecodeStatus> AdoptAsync([Immutable] EmbeddingData embedding, CancellationToken cancellationToken);

    /// <summary>Description of the image; null when the image is not hot on this activation's silo.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("find")]
    Task<ImageData?> FindAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Gives up everything held of this image: prepared tensors, logits of earlier answers, and what searches found.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("forget")]
    Task ForgetAsync(CancellationToken cancellationToken);
}
