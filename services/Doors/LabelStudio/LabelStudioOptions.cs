using Segmentation.Doors.Contract;

namespace Segmentation.Doors.LabelStudio;

/// <summary>Options of the door for Label Studio: section <c>Segmentation:Doors:LabelStudio</c>.</summary>
public sealed class LabelStudioOptions : DoorOptions
{
    /// <summary>The configuration section.</summary>
    public const string LabelStudioSection = $"{Section}:LabelStudio";

    /// <summary>
    /// Address of Label Studio, whose pictures are fetched with <see cref="Token"/>. Goes before what Label Studio says at
    /// set-up. Default empty: what it says.
    /// </summary>
    public string Url { get; set; } = "";

    /// <summary>A legacy token or a personal access token of Label Studio. Default empty: the one of the set-up.</summary>
    public string Token { get; set; } = "";

    /// <summary>The tenant for whom <see cref="Url"/> and <see cref="Token"/> are used. Default empty: all.</summary>
    public string Tenant { get; set; } = "";

    /// <summary>True where tasks are answered with all masks where nobody has prompted. Default false: with none.</summary>
    public bool AutomaticMasks { get; set; }

    /// <summary>Masks of such an answer, the most reliable first. Default 100.</summary>
    public int MaxAutomaticMasks { get; set; } = 100;

    /// <summary>Masks of a prompt. Default <see cref="MaskChoice.Best"/>.</summary>
    public MaskChoice Masks { get; set; } = MaskChoice.Best;

    /// <summary>Pixels by which a polygon may deviate from the mask's outline. Default 1.</summary>
    public double PolygonTolerance { get; set; } = 1;

    /// <summary>Polygons of a mask that is in pieces, the largest first. Default 8.</summary>
    public int MaxPolygons { get; set; } = 8;
}

/// <summary>Which masks of a prompt are answered.</summary>
public enum MaskChoice
{
    /// <summary>The one with the highest predicted IoU.</summary>
    Best,

    /// <summary>The decoder's three, the highest predicted IoU first.</summary>
    All,
}
