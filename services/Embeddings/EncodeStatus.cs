namespace Segmentation.Embeddings;

/// <summary>What became of an image.</summary>
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
