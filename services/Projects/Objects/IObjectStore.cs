namespace Segmentation.Projects.Objects;

/// <summary>
/// Files by key: a folder, or a bucket of an S3 server. Keys are paths of letters, digits, <c>-</c>, <c>_</c>, <c>.</c>
/// and <c>/</c>. An object is written as a whole or not at all. A store that does not answer, or a disk that is full, is
/// an <see cref="ObjectStoreException"/>. Implementations are thread-safe.
/// </summary>
internal interface IObjectStore
{
    /// <summary>Size of an object in bytes; null: there is none.</summary>
    Task<long?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Opens an object, or a part of it; null: there is none.</summary>
    /// <param name="key">The key.</param>
    /// <param name="from">First byte.</param>
    /// <param name="length">Number of bytes; null: to the end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<Stream?> OpenAsync(string key, long from, long? length, CancellationToken cancellationToken);

    /// <summary>Writes an object; one that is there is replaced. Nothing remains of an attempt that fails.</summary>
    /// <param name="key">The key.</param>
    /// <param name="content">Its bytes, up to the end of the stream; the length need not be known.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task WriteAsync(string key, Stream content, CancellationToken cancellationToken);

    /// <summary>Deletes an object; nothing happens if there is none.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>Keys that begin with a prefix, in ordinal order.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="after">Only keys after this one; empty: all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    IAsyncEnumerable<ObjectEntry> ListAsync(string prefix, string after, CancellationToken cancellationToken);

    /// <summary>
    /// An address from which a client downloads an object without credentials for some time; null: the store has none,
    /// and the bytes go through this service.
    /// </summary>
    Task<Uri?> PresignAsync(string key, string fileName, TimeSpan lifetime, CancellationToken cancellationToken);
}
