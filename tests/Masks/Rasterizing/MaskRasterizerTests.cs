using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Segmentation.Masks.Geometry;
using Segmentation.Masks.Rasterizing;
using Segmentation.Tests.Shared;

namespace Segmentation.Masks.Tests.Rasterizing;

public sealed class MaskRasterizerTests
{
    private const int Square = 256;

    /// <summary>Logits this near to a level may fall on either side of it: float32 against double.</summary>
    private const double Rounding = 1e-4;

    private static readonly MaskWorkspace _sharedWorkspace = new();

    [Fact]
    public void Rasterize_AnyLogitsAndSize_EqualsTwoStageReference() =>
        Gen.Select(LogitsGen.Logits, LogitsGen.Geometry).Sample(
            (logits, geometry) =>
            {
                var expected = TwoStageReference.Postprocess(logits, geometry);
                AssertEqual(expected, Rasterize(logits, geometry), geometry, 0, 1);
            },
            iter: 60,
            threads: 1);

    [Theory]
    [InlineData(300, 1700, Resizing.LongestSide)]
    [InlineData(300, 1700, Resizing.Stretch)]
    [InlineData(2400, 200, Resizing.LongestSide)]
    [InlineData(2400, 200, Resizing.Stretch)]
    public void Rasterize_PortraitAndPanorama_EqualTheReferenceOfEachRule(int width, int height, Resizing resizing)
    {
        var geometry = new ImageGeometry(width, height, resizing);
        var logits = LogitsGen.Make(8, 1);
        var mask = Rasterize(logits, geometry);

        AssertEqual(TwoStageReference.Postprocess(logits, geometry), mask, geometry, 0, 1);
        var other = resizing == Resizing.Stretch ? Resizing.LongestSide : Resizing.Stretch;
        Assert.NotEqual(mask.Area, Rasterize(logits, new(width, height, other)).Area);
    }

    [Theory]
    [InlineData(1600, 1100, Resizing.LongestSide)]
    [InlineData(1100, 1600, Resizing.Stretch)]
    public void Rasterize_LevelsOfTheCaller_AreUsed(int width, int height, Resizing resizing)
    {
        var geometry = new ImageGeometry(width, height, resizing);
        var logits = LogitsGen.Make(3, 1);
        var mask = MaskRasterizer.Rasterize(
            logits, Square, Square, new(geometry), new(), threshold: 1.5f, stabilityOffset: 0.25f,
            new(null, TestContext.Current.CancellationToken));

        AssertEqual(TwoStageReference.Postprocess(logits, geometry), mask, geometry, 1.5, 0.25);
    }

    [Fact]
    public void Rasterize_OnlyTheGridCellsOfTheImage_IsTheSame() =>
        Gen.Select(LogitsGen.Logits, LogitsGen.Geometry).Sample(
            (logits, geometry) =>
            {
                var plan = new ResamplingPlan(geometry);
                var whole = Rasterize(logits, geometry);
                foreach (var (rows, columns) in new[]
                {
                    (4 * geometry.GridRows, 4 * geometry.GridColumns), (plan.RequiredRows, plan.RequiredColumns),
                })
                {
                    var part = LogitsGen.Crop(logits, rows, columns);
                    Assert.Equal(whole, MaskRasterizer.Rasterize(part, rows, columns, plan, _sharedWorkspace));
                }
            },
            iter: 60,
            threads: 1);

    [Fact]
    public void Rasterize_NothingInside_IsEmpty()
    {
        var mask = Rasterize(Filled(-3), new(300, 500));

        Assert.Equal([150_000u], mask.RunLengths.Counts);
        Assert.Equal((0L, default, 0f), (mask.Area, mask.Box, mask.StabilityScore));
    }

    [Fact]
    public void Rasterize_EverythingInside_IsFull()
    {
        var mask = Rasterize(Filled(3), new(300, 500));

        Assert.Equal([0u, 150_000u], mask.RunLengths.Counts);
        Assert.Equal((150_000L, new(0, 0, 300, 500), 1f), (mask.Area, mask.Box, mask.StabilityScore));
    }

    [Fact]
    public void Rasterize_BetweenTheLevels_IsUnstable()
    {
        var mask = Rasterize(Filled(0.5f), new(300, 500));

        Assert.Equal((150_000L, 0f), (mask.Area, mask.StabilityScore));
    }

    [Fact]
    public void Rasterize_ExactlyAtALevel_IsNotAboveIt()
    {
        // The reference compares with >, so the value at a level belongs below it.
        Assert.Equal(0, Rasterize(Filled(0), new(30, 50)).Area);
        Assert.Equal(0f, Rasterize(Filled(1), new(30, 50)).StabilityScore);
        Assert.Equal(0f, Rasterize(Filled(-1), new(30, 50)).StabilityScore);
    }

    [Fact]
    public void Rasterize_PortraitImage_KeepsHeightAndWidth()
    {
        // A bar across the top quarter of the square: the top quarter of a portrait image, as it fills the height.
        var logits = Filled(-5);
        logits.AsSpan(0, 64 * Square).Fill(5);

        var mask = Rasterize(logits, new(width: 768, height: 1024));

        Assert.Equal((1024, 768), (mask.RunLengths.Height, mask.RunLengths.Width));
        Assert.Equal(new PixelBox(0, 0, 768, 256), mask.Box);
    }

    [Theory]
    [InlineData(5f, 1)]
    [InlineData(-5f, 0)]
    public void Rasterize_OnePixelImage_Works(float logit, long area) =>
        Assert.Equal(area, Rasterize(Filled(logit), new(1, 1)).Area);

    [Theory]
    [InlineData(143, 256)]
    [InlineData(144, 256)]
    [InlineData(257, 256)]
    [InlineData(145, 255)]
    public void Rasterize_TooFewOrTooManyRowsOrColumns_Refuses(int rows, int columns)
    {
        // 1920 x 1080 ends with row 575 of the square, whose value lies between the logits' rows 143 and 144.
        var plan = new ResamplingPlan(new(1920, 1080));

        Assert.Equal((145, 256), (plan.RequiredRows, plan.RequiredColumns));
        Assert.Throws<ArgumentOutOfRangeException>(() => MaskRasterizer.Rasterize(
            new float[rows * columns], rows, columns, plan, new(),
            yieldPoint: new(null, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void Rasterize_Cancelled_Stops() =>
        Assert.Throws<OperationCanceledException>(() => MaskRasterizer.Rasterize(
            LogitsGen.Make(1, 1), Square, Square, new(new(3000, 2000)), new(), yieldPoint: new(null, new(canceled: true))));

    [Fact]
    public void Rasterize_WorkspaceUsedAgain_AllocatesOnlyTheResult()
    {
        var plan = new ResamplingPlan(new(3000, 2000));
        var (workspace, logits) = (new MaskWorkspace(), LogitsGen.Make(1, 1));
        var cancellation = TestContext.Current.CancellationToken;
        var counts = 0;
        var allocated = Allocated.Least(10, () => counts = MaskRasterizer.Rasterize(
            logits, Square, Square, plan, workspace, yieldPoint: new(null, cancellation)).RunLengths.Counts.Count);

        Assert.InRange(allocated, 0, counts * sizeof(uint) + 200);
    }

    [Fact]
    public void Rasterize_AnyVectorWidth_GivesTheSameBits()
    {
        // The same constant must come out with DOTNET_EnableAVX512=0 and DOTNET_EnableAVX2=0.
        var random = new Random(7);
        var logits = new float[Square * Square];
        for (var i = 0; i < logits.Length; i++)
        {
            logits[i] = random.NextSingle() * 8 - 4;
        }

        var mask = Rasterize(logits, new(1501, 977));

        var digest = SHA256.HashData(Encoding.ASCII.GetBytes(mask.RunLengths.ToCocoString()));
        Assert.StartsWith("0AEB6950A682C891", Convert.ToHexString(digest), StringComparison.Ordinal);
    }

    private static RasterizedMask Rasterize(float[] logits, ImageGeometry geometry) =>
        MaskRasterizer.Rasterize(logits, Square, Square, new(geometry), _sharedWorkspace);

    private static float[] Filled(float logit)
    {
        var logits = new float[Square * Square];
        Array.Fill(logits, logit);
        return logits;
    }

    private static void AssertEqual(
        double[] expected, RasterizedMask mask, ImageGeometry geometry, double threshold, double offset)
    {
        Assert.Equal((geometry.Height, geometry.Width), (mask.RunLengths.Height, mask.RunLengths.Width));
        Assert.Equal((mask.RunLengths.Area, mask.RunLengths.Box), (mask.Area, mask.Box));
        var pixels = mask.RunLengths.ToBytes();
        for (var i = 0; i < expected.Length; i++)
        {
            if (pixels[i] != 0 != expected[i] > threshold)
            {
                Assert.Equal(threshold, expected[i], Rounding);
            }
        }

        var upper = expected.Count(v => v > threshold + offset);
        var lower = expected.Count(v => v > threshold - offset);
        var unsure = expected.Count(v => Math.Abs(Math.Abs(v - threshold) - offset) < Rounding);
        var tolerance = (double)unsure / Math.Max(lower, 1) + 1e-6;
        Assert.Equal(lower == 0 ? 0 : (double)upper / lower, mask.StabilityScore, tolerance);
    }
}
