using CsCheck;
using Segmentation.Masks.Everything;
using Segmentation.Masks.Geometry;
using Segmentation.Masks.Rasterizing;
using Segmentation.Masks.Tests.Rasterizing;

namespace Segmentation.Masks.Tests.Everything;

public sealed class CropEdgeBandsTests
{
    [Fact]
    public void IsSurelyTouched_AnyLogitsAndCrop_IsNeverWrong()
    {
        var workspace = new MaskWorkspace();
        var (touched, proven) = (0, 0);
        Gen.Select(LogitsGen.Logits, LogitsGen.Geometry, Gen.Int[0, 60], Gen.Int[0, 60], Gen.Int[0, 60], Gen.Int[0, 60])
            .Sample(
                (logits, geometry, left, top, right, bottom) =>
                {
                    var plan = new ResamplingPlan(geometry);
                    var crop = new PixelBox(left, top, geometry.Width, geometry.Height);
                    var (width, height) = (left + geometry.Width + right, top + geometry.Height + bottom);
                    var mask = MaskRasterizer.Rasterize(logits, 256, 256, plan, workspace);
                    var isTouched = mask.Area > 0 && CropEdges.IsTouched(mask.Box, crop, width, height);

                    var isProven = new CropEdgeBands(plan, crop, width, height).IsSurelyTouched(logits, 256, 0);

                    Assert.True(isTouched || !isProven);
                    touched += isTouched ? 1 : 0;
                    proven += isProven ? 1 : 0;
                },
                iter: 200,
                threads: 1);

        Assert.InRange(proven, touched / 2, touched);
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(100, 0, true)]
    [InlineData(0, 100, true)]
    public void IsSurelyTouched_MaskOfAllPixels_IsWhereTheImageGoesOn(int left, int bottom, bool expected)
    {
        var logits = new float[256 * 256];
        Array.Fill(logits, 5);
        var crop = new PixelBox(left, 0, 300, 200);
        var bands = new CropEdgeBands(
            new(new ImageGeometry(300, 200)), crop, width: left + 300, height: 200 + bottom);

        Assert.Equal(expected, bands.IsSurelyTouched(logits, 256, 0));
    }
}
