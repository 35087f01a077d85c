namespace Segmentation.Grains;

/// <summary>Forms of a mask that are made only when asked for, besides run lengths.</summary>
[Flags, GenerateSerializer, Alias("segmentation.mask-forms")]
public enum MaskForms
{
    /// <summary>Run lengths only.</summary>
    None = 0,

    /// <summary>A PNG file of the image's size.</summary>
    Png = 1,

    /// <summary>Outlines.</summary>
    Polygons = 2,

    /// <summary>The 256 x 256 logits.</summary>
    Logits = 4,
}
