namespace Segmentation.Embeddings.Storage;

/// <summary>Storage of embeddings; configuration section <see cref="Section"/>.</summary>
public sealed class EmbeddingStoreOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Embeddings";

    /// <summary>
    /// Bytes held at most, least recently used out first; an embedding takes 2.1 MB, of SAM 2 8.4 MB.
    /// 0 keeps nothing. Default: 1 GiB.
    /// </summary>
    public long CapacityBytes { get; set; } = 1L << 30;

    /// <summary>
    /// Form of values in Redis: Float16, or Int8 for half of the bytes. Readers read both. Default: Float16.
    /// </summary>
    public EmbeddingEncoding Encoding { get; set; }

    /// <summary>Time that an embedding is kept unread. Default: 24 hours.</summary>
    public TimeSpan SlidingExpiration { get; set; } = TimeSpan.FromHours(24);
}
