using CsCheck;

namespace Segmentation.Masks.Tests;

public sealed class RunLengthPlacementTests
{
    [Fact]
    public void Place_AnyMaskAndPlace_IsTheMaskThereAndNothingAround() =>
        Gen.Select(MaskGen.Mask(12), Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 3]).Sample(
            (mask, left, top, right, bottom) =>
            {
                var (height, width) = (mask.Height + top + bottom, mask.Width + left + right);
                var expected = new byte[height * width];
                for (var i = 0; i < mask.Pixels.Length; i++)
                {
                    expected[(top + i / mask.Width) * width + left + i % mask.Width] = mask.Pixels[i];
                }

                var placed = RunLengthPlacement.Place(mask.ToRunLengths(), left, top, height, width);

                Assert.Equal(RunLengths.FromBytes(height, width, expected), placed);
            });

    [Fact]
    public void Covers_AnyMask_EqualsItsPixels() => MaskGen.Mask(12).Sample(mask =>
    {
        var lookup = new RunLengthLookup(mask.ToRunLengths());

        return Enumerable.Range(0, mask.Pixels.Length).All(i =>
            lookup.Covers(i % mask.Width, i / mask.Width) == (mask.Pixels[i] != 0));
    });
}
