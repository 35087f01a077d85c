namespace Segmentation.Embeddings;

/// <summary>
/// Turns image files into embeddings in the store. The encoder tier implements it in its own process; an edge in
/// another process reaches it by a client of the same shape.
/// </summary>
public interface IImageEncoder
{
    /// <summary>
    /// Encodes an image and stores its embedding before returning, if the store takes it. One encoding a key at a time.
    /// </summary>
    /// <param name="key">Key of the embedding; its hash is that of <paramref name="file"/>.</param>
    /// <param name="file">
    /// The image file as uploaded. Others who ask for the same key may be served from it after this call was
    /// cancelled, so its memory must not be written to again.
    /// </param>
    /// <param name="cancellationToken">
    /// Gives up waiting; work that has not begun and that nobody else waits for is dropped.
    /// </param>
    /// <returns>What happened; expected failures are never exceptions.</returns>
    Task<EncodeReply> EncodeAsync(EmbeddingKey key, ReadOnlyMemory<byte> file, CancellationToken cancellationToken);

    /// <summary>
    /// Encodes a part of an image in the batch lane: whole images, for which interactive clients wait, go first. The
    /// embedding is stored under <see cref="EmbeddingKey.OfCrop"/>.
    /// </summary>
    /// <param name="image">Key of the whole image; its hash is that of <paramref name="file"/>.</param>
    /// <param name="crop">The part; it lies inside of the image.</param>
    /// <param name="file">The image file as uploaded; see <see cref="EncodeAsync"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<EncodeReply> EncodeCropAsync(
        EmbeddingKey image, ImageCrop crop, ReadOnlyMemory<byte> file, CancellationToken cancellationToken);
}
