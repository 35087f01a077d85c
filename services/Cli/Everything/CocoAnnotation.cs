namespace Segmentation.Cli.Everything;

/// <summary>One mask in COCO's layout: <c>bbox</c> is [x, y, width, height], its full extent.</summary>
internal sealed record CocoAnnotation(
    int Id,
    int ImageId,
    int CategoryId,
    int Iscrowd,
    Sa1bSegmentation Segmentation,
    int[] Bbox,
    long Area,
    double PredictedIou,
    double StabilityScore,
    int[] CropBox,
    double[][] PointCoords)
{
    /// <summary>A mask of SA-1B, whose box ends with its last pixel, not behind it.</summary>
    public static CocoAnnotation Of(Sa1bAnnotation mask, int id, int image) => new(
        id,
        image,
        CocoCategory.Object.Id,
        Iscrowd: 0,
        mask.Segmentation,
        [mask.Bbox[0], mask.Bbox[1], mask.Bbox[2] + 1, mask.Bbox[3] + 1],
        mask.Area,
        mask.PredictedIou,
        mask.StabilityScore,
        mask.CropBox,
        mask.PointCoords);
}

/// <summary>An image in COCO's layout.</summary>
internal sealed record CocoImage(int Id, int Width, int Height, string FileName);

/// <summary>A category in COCO's layout; everything in a picture is of one.</summary>
internal sealed record CocoCategory(int Id, string Name)
{
    public static CocoCategory Object { get; } = new(1, "object");
}
