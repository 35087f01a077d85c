using System.ComponentModel.DataAnnotations;

namespace Segmentation.Embeddings.Storage;

/// <summary>How embeddings are kept; configuration section <see cref="SectionName"/>.</summary>
public sealed class EmbeddingStoreOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Segmentation:Embeddings";

    /// <summary>
    /// Bytes held at most, least recently used out first; an embedding takes 2.1 MB. 0 keeps nothing. Default: 1 GiB.
    /// </summary>
    [Range(typeof(long), "0", "9223372036854775807")]
    public long CapacityBytes { get; set; } = 1L << 30;

    /// <summary>
    /// How values are written to Redis: Float16, or Int8 for half of the bytes. Readers read both. Default: Float16.
    /// </summary>
    [EnumDataType(typeof(EmbeddingEncoding))]
    public EmbeddingEncoding Encoding { get; set; }

    /// <summary>How long an embedding is kept unread. Default: 24 hours.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan SlidingExpiration { get; set; } = TimeSpan.FromHours(24);
}
