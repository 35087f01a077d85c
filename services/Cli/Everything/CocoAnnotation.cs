using Segmentation.Masks.Polygons;

namespace Segmentation.Cli.Everything;

/// <summary>One mask in COCO's layout.</summary>
/// <param name="Id">Counted from 1 over all images: COCO's evaluation takes 0 for no match.</param>
/// <param name="ImageId">The image.</param>
/// <param name="CategoryId">The category.</param>
/// <param name="Iscrowd">0: each mask is one object, also where its mask is run lengths.</param>
/// <param name="Segmentation">Run lengths (<see cref="Sa1bSegmentation"/>) or polygons (float[][]).</param>
/// <param name="Bbox">[x, y, width, height], the mask's full extent.</param>
/// <param name="Area">Pixels inside.</param>
/// <param name="Score">The predicted IoU, within 0 and 1, by the name that COCO's results have.</param>
/// <param name="PredictedIou">The predicted IoU, within 0 and 1.</param>
/// <param name="StabilityScore">The stability score, 0 to 1.</param>
/// <param name="CropBox">[x, y, width, height] of the crop that the mask was found in.</param>
/// <param name="PointCoords">The point that the mask was found at.</param>
internal sealed record CocoAnnotation(
    int Id,
    int ImageId,
    int CategoryId,
    int Iscrowd,
    object Segmentation,
    int[] Bbox,
    long Area,
    double Score,
    double PredictedIou,
    double StabilityScore,
    int[] CropBox,
    double[][] PointCoords)
{
    /// <summary>Converts a mask of SA-1B, whose box ends with its last pixel instead of after it.</summary>
    public static CocoAnnotation Of(Sa1bAnnotation mask, int id, int image, SegmentationForm form)
    {
        // A model's estimate can be slightly above 1, which readers of scores refuse.
        var score = Math.Clamp(mask.PredictedIou, 0, 1);
        return new(
            id,
            image,
            CocoCategory.Object.Id,
            Iscrowd: 0,
            (form == SegmentationForm.Polygon ? PolygonsOf(mask.Segmentation) : null) ?? (object)mask.Segmentation,
            [mask.Bbox[0], mask.Bbox[1], mask.Bbox[2] + 1, mask.Bbox[3] + 1],
            mask.Area,
            score,
            score,
            Math.Clamp(mask.StabilityScore, 0, 1),
            mask.CropBox,
            mask.PointCoords);
    }

    /// <summary>
    /// Returns a ring for each part of a mask; null for masks with a hole, which COCO's polygons cannot have.
    /// </summary>
    private static float[][]? PolygonsOf(Sa1bSegmentation segmentation)
    {
        var rings = MaskPolygons.Trace(segmentation.ToRunLengths());
        return rings.Any(ring => ring.IsHole) ? null : [.. rings.Select(ring => ring.Coordinates.ToArray())];
    }
}
