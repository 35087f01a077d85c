namespace Segmentation.Masks;

/// <summary>Number of masks to return for a prompt.</summary>
public enum MaskCount
{
    /// <summary>Three for an ambiguous prompt, else one.</summary>
    Auto,

    /// <summary>Output token 0 (<c>multimask_output=False</c>).</summary>
    One,

    /// <summary>Output tokens 1 to 3 (<c>multimask_output=True</c>).</summary>
    Three,
}
