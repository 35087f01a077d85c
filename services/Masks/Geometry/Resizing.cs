namespace Segmentation.Masks.Geometry;

/// <summary>Rule by which an image becomes a model's square.</summary>
public enum Resizing
{
    /// <summary>
    /// The longest side becomes the square's side, the image sits in the top left corner, the rest is padding: SAM 1.
    /// </summary>
    LongestSide,

    /// <summary>Both sides become the square's side, whatever the image's proportions: SAM 2, EfficientSAM.</summary>
    Stretch,
}
