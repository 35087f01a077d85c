namespace Segmentation.Embeddings.Storage;

/// <summary>Outcome of reading bytes that should be a stored embedding.</summary>
public enum CodecStatus
{
    /// <summary>Read, and its checksums hold.</summary>
    Ok,

    /// <summary>Written by another version of this program.</summary>
    UnknownVersion,

    /// <summary>Truncated, changed, or never an embedding.</summary>
    Damaged,
}
