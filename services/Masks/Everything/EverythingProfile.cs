namespace Segmentation.Masks.Everything;

/// <summary>Which grid points are asked.</summary>
public enum EverythingProfile
{
    /// <summary>All of them, as segment-anything's automatic mask generator does.</summary>
    Faithful,

    /// <summary>
    /// Coarse to fine: a point is left out where masks found so far make it likely that it would find the same ones.
    /// Several times fewer points, and some masks are missed; docs/everything.md has the measured recall.
    /// </summary>
    Fast,
}
