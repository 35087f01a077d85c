using Segmentation.Masks.Rows;
using Segmentation.Tests.Shared;

namespace Segmentation.Masks.Tests.Rows;

public sealed class BrushPackingTests
{
    /// <summary>The bytes of label-studio-sdk's encoder for the same pixels.</summary>
    [Fact]
    public void Pack_FourPixels_IsTheReferencesBytes()
    {
        var packed = BrushPacking.Pack(RunLengths.FromBytes(1, 4, [0, 0, 1, 0]));

        Assert.Equal([0, 0, 0, 16, 57, 27, 252, 224, 17, 255, 198, 0], packed.ToArray());
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(4, 1, 4)]
    [InlineData(64, 1, 64)]
    [InlineData(65, 1, 65)]
    [InlineData(16_384, 1, 3)]
    [InlineData(16_385, 1, 3)]
    [InlineData(300, 200, 30_000)]
    public void Pack_RunsAtTheBoundsOfSizes_ComeBack(int width, int height, int inside)
    {
        var pixels = new byte[width * height];
        pixels.AsSpan(0, inside).Fill(1);
        var mask = RunLengths.FromBytes(height, width, pixels);

        Assert.Equal(pixels, BrushReader.Pixels(BrushPacking.Pack(mask).ToArray()));
    }

    [Fact]
    public void Pack_AnyMask_ComesBack()
    {
        var random = new Random(3);
        for (var round = 0; round < 20; round++)
        {
            var (height, width) = (random.Next(1, 60), random.Next(1, 60));
            var share = random.NextDouble();
            byte[] pixels = [.. Enumerable.Range(0, height * width).Select(_ => (byte)(random.NextDouble() < share ? 1 : 0))];
            var mask = RunLengths.FromBytes(height, width, pixels);

            Assert.Equal(pixels, BrushReader.Pixels(BrushPacking.Pack(mask).ToArray()));
        }
    }
}
