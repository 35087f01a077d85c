namespace Segmentation.Sam.Prompts;

/// <summary>Label of a point: inside or outside of the object. The values are those of SAM's prompt encoder.</summary>
public enum PointLabel
{
    /// <summary>Outside of the object.</summary>
    Background = 0,

    /// <summary>Inside of the object.</summary>
    Foreground = 1,
}
