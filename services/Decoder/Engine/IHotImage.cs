namespace Segmentation.Decoder.Engine;

/// <summary>An image ready for prompts. Immutable; stays valid as long as somebody refers to it.</summary>
internal interface IHotImage
{
    /// <summary>Bytes it holds.</summary>
    long SizeBytes { get; }
}
