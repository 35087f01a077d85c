namespace Segmentation.Cli.Everything;

/// <summary>How COCO files write masks.</summary>
internal enum SegmentationForm
{
    /// <summary>Compressed run lengths.</summary>
    Rle,

    /// <summary>Polygons where a mask has no hole, else run lengths.</summary>
    Polygon,
}
