namespace Segmentation.Evaluation.Prompting;

/// <summary>Where clicks are put.</summary>
public enum PointPlacement
{
    /// <summary>At the pixel farthest from the boundary of the region, as in the protocol of SAM's paper.</summary>
    Center,

    /// <summary>At a pixel of the region that is drawn at random.</summary>
    Random,
}
