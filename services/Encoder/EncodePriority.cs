namespace Segmentation.Encoder;

/// <summary>Who waits for an image; the more urgent first.</summary>
internal enum EncodePriority
{
    /// <summary>A person.</summary>
    Interactive,

    /// <summary>Nobody in particular: begun when no interactive image waits.</summary>
    Batch,
}
