using Segmentation.Doors.Crops;
using Segmentation.Masks;

namespace Segmentation.Doors.Tests.Crops;

public sealed class CropRowsTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 5, 2)]
    [InlineData(5, 9, 3)]
    [InlineData(40, 33, 4)]
    public void All_AnyMask_GivesThePixelsOfItsBox(int height, int width, int seed)
    {
        var random = new Random(seed);
        for (var density = 0.02; density < 1; density += 0.1)
        {
            var pixels = new byte[height * width];
            for (var i = 0; i < pixels.Length; i++)
            {
                pixels[i] = (byte)(random.NextDouble() < density ? 1 : 0);
            }

            var mask = RunLengths.FromBytes(height, width, pixels);

            Assert.Equal(Expected(pixels, mask), Rows(mask));
        }
    }

    /// <summary>A run that goes over the bottom into the next column has an edge in neither.</summary>
    [Fact]
    public void All_FullMask_IsOnesAlone()
    {
        var rows = Rows(new RunLengths(3, 4, 0, 12));

        Assert.Equal(3, rows.Length);
        Assert.All(rows, row => Assert.Equal([1, 1, 1, 1], row));
    }

    [Fact]
    public void All_EmptyMask_HasNoRows() => Assert.Empty(Rows(new RunLengths(3, 4, 12)));

    private static byte[][] Rows(RunLengths mask) => [.. new CropRows(mask).All().Select(row => row.ToArray())];

    private static byte[][] Expected(byte[] pixels, RunLengths mask)
    {
        var box = mask.Box;
        return
        [
            .. Enumerable.Range(box.Y, box.Height)
                .Select(y => pixels.AsSpan((y * mask.Width) + box.X, box.Width).ToArray()),
        ];
    }
}
