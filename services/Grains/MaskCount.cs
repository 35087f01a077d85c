namespace Segmentation.Grains;

/// <summary>How many masks to return for a prompt.</summary>
[GenerateSerializer, Alias("segmentation.mask-count")]
public enum MaskCount
{
    /// <summary>Three for one point and nothing else, one otherwise.</summary>
    Auto,

    /// <summary>One.</summary>
    One,

    /// <summary>Three.</summary>
    Three,
}
