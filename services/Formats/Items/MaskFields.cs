namespace Segmentation.Formats.Items;

/// <summary>Fields of a mask that a format may hold or not.</summary>
[Flags]
internal enum MaskFields
{
    /// <summary>Nothing but the mask.</summary>
    None = 0,

    /// <summary>The label's name.</summary>
    Label = 1,

    /// <summary>Belonging to a crowd.</summary>
    Crowd = 2,

    /// <summary>Partly hidden.</summary>
    Occluded = 4,

    /// <summary>Place in the stack.</summary>
    Z = 8,

    /// <summary>Group.</summary>
    Group = 16,

    /// <summary>Predicted IoU and stability score.</summary>
    Scores = 32,

    /// <summary>Attributes.</summary>
    Attributes = 64,

    /// <summary>Everything.</summary>
    All = 127,
}
