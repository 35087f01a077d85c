using Segmentation.Masks;

namespace Segmentation.Sam.Decoding;

/// <summary>High-resolution features of an image in the form that a SAM 2 decoder reads. Immutable.</summary>
internal interface IHighResFeatures
{
    /// <summary>Bytes held.</summary>
    long SizeBytes { get; }

    /// <summary>Writes the features as the encoder gives them, up to the rounding to 16 bits.</summary>
    /// <param name="features">Receives [C/8, 256, 256] values, then [C/4, 128, 128].</param>
    /// <param name="yieldPoint">Checked between rows.</param>
    void Restore(Span<float> features, YieldPoint yieldPoint);
}
