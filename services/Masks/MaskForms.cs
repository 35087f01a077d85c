namespace Segmentation.Masks;

/// <summary>
/// Forms of a mask that cost extra and are made only when asked for. The run lengths are always made.
/// </summary>
[Flags]
public enum MaskForms
{
    /// <summary>Run lengths only.</summary>
    None = 0,

    /// <summary>A PNG file of the image's size: 8-bit grey, 255 inside, 0 outside.</summary>
    Png = 1,

    /// <summary>Outlines.</summary>
    Polygons = 2,

    /// <summary>The 256 x 256 logits.</summary>
    Logits = 4,
}
