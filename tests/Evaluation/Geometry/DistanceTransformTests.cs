using Segmentation.Evaluation.Geometry;
using Segmentation.Evaluation.Prompting;

namespace Segmentation.Evaluation.Tests.Geometry;

public sealed class DistanceTransformTests
{
    [Fact]
    public void Squared_RandomMasks_IsWhatTryingAllPixelsFinds()
    {
        var random = new SeededRandom(1, "masks", 0);
        for (var round = 0; round < 200; round++)
        {
            var (width, height) = (1 + (int)random.Next(14), 1 + (int)random.Next(14));
            var mask = Enumerable.Range(0, width * height).Select(_ => (byte)(random.Next(8) == 0 ? 0 : 1)).ToArray();

            Assert.Equal(Tried(mask, width, height), DistanceTransform.Squared(mask, width, height));
        }
    }

    [Fact]
    public void Farthest_SeveralPixelsAreFarthest_IsTheFirstInRowOrder()
    {
        var mask = Pixels.Mask(
            "........",
            ".####...",
            ".####...",
            "........");

        Assert.Equal((1, 1, 1L), DistanceTransform.Farthest(mask));
        Assert.Equal((2, 1, 1L), DistanceTransform.Farthest(mask, (x, y) => (x, y) == (1, 1)));
    }

    [Fact]
    public void Farthest_MaskToThePicturesEdge_TakesTheEdgeAsOutside() =>
        Assert.Equal((2, 2, 9L), DistanceTransform.Farthest(Pixels.Rectangle(5, 5, 0, 0, 5, 5)));

    [Fact]
    public void Farthest_EmptyMask_IsNone() => Assert.Null(DistanceTransform.Farthest(Pixels.Mask("...", "...")));

    private static long[] Tried(byte[] mask, int width, int height)
    {
        var found = new long[mask.Length];
        for (var i = 0; i < mask.Length; i++)
        {
            var (x, y) = (i % width, i / width);
            var least = long.MaxValue;
            for (var atY = -1; atY <= height; atY++)
            {
                for (var atX = -1; atX <= width; atX++)
                {
                    var isOutside = atX < 0 || atY < 0 || atX == width || atY == height || mask[atY * width + atX] == 0;
                    least = isOutside ? Math.Min(least, (long)(atX - x) * (atX - x) + (long)(atY - y) * (atY - y)) : least;
                }
            }

            found[i] = least;
        }

        return found;
    }
}
