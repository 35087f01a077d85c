namespace Segmentation.Cli.Everything;

/// <summary>The forms in which COCO files hold masks.</summary>
internal enum SegmentationForm
{
    /// <summary>Compressed run lengths.</summary>
    Rle,

    /// <summary>Polygons where a mask has no hole, else run lengths.</summary>
    Polygon,
}
