using CsCheck;
using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Tests.Rasterizing;

/// <summary>Logits of 256 x 256 like a decoder's, and stranger ones; image sizes of every proportion.</summary>
internal static class LogitsGen
{
    private static readonly ImageGeometry[] _commonSizes =
        [new(1024, 576), new(576, 1024), new(1920, 1080), new(1, 1), new(1024, 1024)];

    public static readonly Gen<float[]> Logits =
        from seed in Gen.Int
        from kind in Gen.Int[0, 3]
        select Make(seed, kind);

    private static readonly Gen<ImageGeometry> _sizes = Gen.OneOf(
        Gen.Select(Gen.Int[1, 700], Gen.Int[1, 700], (width, height) => new ImageGeometry(width, height)),
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 2000], (width, height) => new ImageGeometry(width, height)),
        Gen.Select(Gen.Int[1, 2000], Gen.Int[1, 3], (width, height) => new ImageGeometry(width, height)),
        Gen.Int[1, 600].Select(side => new ImageGeometry(side, side)),
        Gen.Select(Gen.Int[1030, 1600], Gen.Int[20, 300], (width, height) => new ImageGeometry(width, height)),
        Gen.Int[0, _commonSizes.Length - 1].Select(i => _commonSizes[i]));

    /// <summary>Sizes by both rules of resizing.</summary>
    public static readonly Gen<ImageGeometry> Geometry = Gen.Select(
        _sizes,
        Gen.Enum<Resizing>(),
        (size, resizing) => new ImageGeometry(size.Width, size.Height, resizing));

    public static float[] Make(int seed, int kind)
    {
        var random = new Random(seed);
        var logits = new float[256 * 256];
        var noise = kind == 3 ? 4 : kind == 2 ? 0.1f : 0;
        var bias = kind == 1 ? 0 : random.NextSingle() * 8 - 4;
        for (var wave = 0; wave < 5; wave++)
        {
            var (across, down) = (random.NextSingle() * 0.15f, random.NextSingle() * 0.15f);
            var (phase, height) = (random.NextSingle() * 7, kind == 3 ? 0.5f : random.NextSingle() * 8);
            for (var i = 0; i < logits.Length; i++)
            {
                logits[i] += height * MathF.Sin((i % 256) * across + (i / 256) * down + phase);
            }
        }

        for (var i = 0; i < logits.Length; i++)
        {
            logits[i] += bias + noise * (random.NextSingle() - 0.5f);
        }

        return logits;
    }

    /// <summary>The top left part of 256 x 256 logits.</summary>
    public static float[] Crop(float[] logits, int rows, int columns) =>
        [.. Enumerable.Range(0, rows).SelectMany(row => logits.AsSpan(row * 256, columns).ToArray())];
}
