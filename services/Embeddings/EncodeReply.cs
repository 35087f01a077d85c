namespace Segmentation.Embeddings;

/// <summary>Outcome of encoding an image.</summary>
public sealed record EncodeReply
{
    /// <summary>Kind of outcome.</summary>
    public required EncodeStatus Status { get; init; }

    /// <summary>Description of the image (Encoded).</summary>
    public EmbeddingInfo? Info { get; init; }

    /// <summary>
    /// The embedding when it could not be stored (Encoded): whoever asked must take it to where it is needed.
    /// </summary>
    public Embedding? Embedding { get; init; }

    /// <summary>Time spent on decoding, transforming and encoding, without waiting (Encoded).</summary>
    public TimeSpan EncodeTime { get; init; }

    /// <summary>
    /// For the user: what is wrong with the image and what would be accepted (InvalidImage), or why no encoder is there
    /// yet (Unavailable; null where that is not known).
    /// </summary>
    public string? Message { get; init; }

    /// <summary>
    /// Upper-snake-case reason for programs: EMPTY, UNSUPPORTED_FORMAT, TOO_LARGE, DAMAGED or TOO_COMPLEX
    /// (InvalidImage); STARTING where an encoder is being started (Unavailable).
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>When to try again (Overloaded, Unavailable).</summary>
    public TimeSpan RetryAfter { get; init; }
}

/// <summary>Outcome of encoding an image.</summary>
public enum EncodeStatus
{
    /// <summary>Encoded, and stored unless the reply carries the embedding.</summary>
    Encoded,

    /// <summary>The file is no usable image.</summary>
    InvalidImage,

    /// <summary>The encoder's queue is full.</summary>
    Overloaded,

    /// <summary>No encoder could be reached, or none in time.</summary>
    Unavailable,
}
