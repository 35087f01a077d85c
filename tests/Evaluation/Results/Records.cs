using Segmentation.Evaluation.Results;
using Segmentation.Masks.Geometry;

namespace Segmentation.Evaluation.Tests.Results;

/// <summary>Results as a run makes them.</summary>
internal static class Records
{
    public static MaskRecord Of(string picture, int index, params double[] iou) => new()
    {
        Picture = picture,
        Index = index,
        Mask = $"{index}",
        Label = "nucleus",
        Area = 100,
        Extent = new PixelBox(1, 2, 10, 10),
        Clicks = new()
        {
            Clicks = [.. iou.Select((_, i) => new Evaluation.Prompting.SimulatedClick(i, 2, i % 2 == 0))],
            Iou = iou,
            PredictedIou = [.. iou.Select(_ => 0.8)],
            BoundaryIou = iou,
            Oracle = Math.Min(1, iou[0] + 0.1),
            Counts = "0d`0",
        },
        Box = new(new(1.5f, 2, 11, 12), 0.7, 0.9, 0.6, "0d`0"),
    };
}
