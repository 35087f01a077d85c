namespace Segmentation.Models.Layouts;

/// <summary>Way in which a decoder takes a box.</summary>
public enum BoxPort
{
    /// <summary>Not at all: a prompt with a box is refused.</summary>
    None,

    /// <summary>As two points with labels 2 and 3.</summary>
    Labels,

    /// <summary>By an input of its own.</summary>
    Input,
}
