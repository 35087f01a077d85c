namespace Segmentation.Sam.Prompts;

/// <summary>Whether a point belongs to the object. The values are those the prompt encoder takes.</summary>
public enum PointLabel
{
    /// <summary>Outside of the object.</summary>
    Background = 0,

    /// <summary>Inside of the object.</summary>
    Foreground = 1,
}
