using Segmentation.Masks.Everything;
using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Tests.Everything;

public sealed class MaskSelectionTests
{
    [Fact]
    public void Select_SameMaskInTwoCrops_KeepsThatOfTheSmaller()
    {
        var plan = new EverythingPlan(100, 100, new() { CropNLayers = 1 });
        var crops = plan.Crops.Select(_ => new List<EverythingMask>()).ToList();
        crops[0].Add(Mask(plan.Crops[0], predictedIou: 0.99f, "##", "##"));
        crops[2].Add(Mask(plan.Crops[2], predictedIou: 0.9f, "##", "##"));

        var mask = Assert.Single(MaskSelection.Select(plan, crops, TestContext.Current.CancellationToken));

        Assert.Equal(plan.Crops[2].Box, mask.CropBox);
    }

    [Fact]
    public void Select_WholeImageOnly_SuppressesNothingMore()
    {
        var plan = new EverythingPlan(100, 100, EverythingOptions.Default);
        var mask = Mask(plan.Crops[0], 0.9f, "##", "##");

        Assert.Equal([mask, mask], MaskSelection.Select(plan, [[mask, mask]], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Select_MinMaskRegionArea_RepairsMasksAndPrefersThoseThatNeededNone()
    {
        var plan = new EverythingPlan(100, 100, new() { MinMaskRegionArea = 2 });
        var repaired = Mask(plan.Crops[0], 0.99f, "###..", "#.#..", "###.#");
        var whole = Mask(plan.Crops[0], 0.9f, "###", "###", "###");
        var other = Mask(plan.Crops[0], 0.95f, "......", "....##", "....##");

        var masks = MaskSelection.Select(plan, [[repaired, whole, other]], TestContext.Current.CancellationToken);

        Assert.Equal([whole, other], masks);
        var alone = Assert.Single(MaskSelection.Select(plan, [[repaired]], TestContext.Current.CancellationToken));
        Assert.Equal(whole.RunLengths, alone.RunLengths);
        Assert.Equal((9L, new PixelBox(0, 0, 3, 3)), (alone.Area, alone.Box));
    }

    [Fact]
    public void Select_CropMissing_Refuses()
    {
        var plan = new EverythingPlan(100, 100, new() { CropNLayers = 1 });

        var error = Assert.Throws<ArgumentException>(
            () => MaskSelection.Select(plan, [[]], TestContext.Current.CancellationToken));

        Assert.Contains("has 5 crops, masks of 1", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A mask in the top left corner of 100 x 100 pixels.</summary>
    private static EverythingMask Mask(EverythingCrop crop, float predictedIou, params string[] rows)
    {
        var pixels = new byte[100 * 100];
        for (var y = 0; y < rows.Length; y++)
        {
            for (var x = 0; x < rows[y].Length; x++)
            {
                pixels[y * 100 + x] = (byte)(rows[y][x] == '#' ? 1 : 0);
            }
        }

        var runs = RunLengths.FromBytes(100, 100, pixels);
        return new()
        {
            RunLengths = runs,
            Area = runs.Area,
            Box = runs.Box,
            PredictedIou = predictedIou,
            StabilityScore = 1,
            PointX = 1,
            PointY = 1,
            CropBox = crop.Box,
        };
    }
}
