using CsCheck;

namespace Segmentation.Masks.Tests;

/// <summary>Random masks, as row-major bytes: noise, blocks, empty and full ones.</summary>
internal static class MaskGen
{
    public static Gen<RowMajorMask> Mask(int maxSide) =>
        from height in Gen.Int[1, maxSide]
        from width in Gen.Int[1, maxSide]
        from seed in Gen.Int
        from density in Gen.Int[0, 4]
        from block in Gen.Int[1, 4]
        select Make(height, width, seed, density, block);

    /// <summary>Two masks of one size.</summary>
    public static Gen<(RowMajorMask, RowMajorMask)> Pair(int maxSide) =>
        from first in Mask(maxSide)
        from seed in Gen.Int
        from density in Gen.Int[0, 4]
        select (first, Make(first.Height, first.Width, seed, density, 2));

    private static RowMajorMask Make(int height, int width, int seed, int density, int block)
    {
        // Density 0 is an empty mask, 4 a full one.
        var random = new Random(seed);
        var blocksAcross = (width + block - 1) / block;
        var blocks = new byte[((height + block - 1) / block) * blocksAcross];
        for (var i = 0; i < blocks.Length; i++)
        {
            blocks[i] = (byte)(random.Next(4) < density ? 1 : 0);
        }

        var pixels = new byte[height * width];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = blocks[(i / width / block) * blocksAcross + (i % width) / block];
        }

        return new(height, width, pixels);
    }
}
