using CsCheck;
using Segmentation.Sam.Images;

namespace Segmentation.Sam.Tests.Images;

public sealed class ResamplerTests
{
    // One pixel, a few, around the widths of vectors, and reductions of more taps than one group holds.
    private static readonly Gen<int> _side = Gen.OneOf(Gen.Const(1), Gen.Int[1, 9], Gen.Int[15, 70], Gen.Int[120, 260]);

    [Fact]
    public void Push_AnySizes_EqualsPillow() => Gen.Select(_side, _side, _side, _side, Gen.Int[1, 20], Gen.Int)
        .Sample(
            (width, height, outputWidth, outputHeight, strip, seed) =>
            {
                var image = Noise(width, height, seed);
                var expected = PillowReference.Resize(image, outputWidth, outputHeight);
                var actual = Resize(image, outputWidth, outputHeight, width, height, strip);
                return expected.AsSpan().SequenceEqual(actual);
            },
            iter: 200);

    [Fact]
    public void Push_FractionOfAPixelDropped_EqualsPillowsBox() =>
        Gen.Select(Gen.Int[40, 120], Gen.Int[40, 120], Gen.Int[1, 20], Gen.Int[0, 7], Gen.Int)
            .Sample(
                (width, height, output, eighths, seed) =>
                {
                    var image = Noise(width, height, seed);
                    var (extentX, extentY) = (width + eighths / 8.0, height + (7 - eighths) / 8.0);
                    var expected = PillowReference.Resize(image, output, output, extentX, extentY);
                    var actual = Resize(image, output, output, extentX, extentY, strip: 16);
                    return expected.AsSpan().SequenceEqual(actual);
                },
                iter: 100);

    [Fact]
    public void Push_WhiteImage_StaysWhite()
    {
        var white = new RgbImage(257, 131, Enumerable.Repeat((byte)255, 257 * 131 * 3).ToArray());
        Assert.All(Resize(white, 100, 51, 257, 131, strip: 16), level => Assert.Equal(255, level));
    }

    [Fact]
    public void Push_EqualSize_ChangesNothing()
    {
        var image = Noise(67, 33, seed: 1);
        Assert.Equal(image.Pixels, Resize(image, 67, 33, 67, 33, strip: 8));
    }

    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    [InlineData(128)]
    public void Sum_EachVectorWidth_EqualsPlainSum(int bits) => Gen.Select(Gen.Int[1, 12], Gen.Int).Sample(
        (groups, seed) =>
        {
            var random = new Random(seed);
            var pixels = new byte[groups * 12 + RowResampler.SourcePadding];
            random.NextBytes(pixels);
            var weights = new int[groups * ResampleWeights.TapGroup];
            foreach (ref var weight in weights.AsSpan())
            {
                weight = random.Next(1 << ResampleWeights.PrecisionBits) / weights.Length;
            }

            var sum = bits switch
            {
                512 => RowResampler.Sum512(ref pixels[0], weights),
                256 => RowResampler.Sum256(ref pixels[0], weights),
                _ => RowResampler.Sum128(ref pixels[0], weights),
            };
            for (var channel = 0; channel < 3; channel++)
            {
                Assert.Equal(weights.Select((weight, tap) => weight * pixels[tap * 3 + channel]).Sum(), sum[channel]);
            }
        },
        iter: 200);

    private static RgbImage Noise(int width, int height, int seed)
    {
        var pixels = new byte[width * height * 3];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }

    private static byte[] Resize(
        RgbImage image, int outputWidth, int outputHeight, double extentX, double extentY, int strip)
    {
        var resampler = new Resampler(image.Width, image.Height, outputWidth, outputHeight, extentX, extentY);
        foreach (var rows in image.Pixels.Chunk(strip * image.Width * 3))
        {
            resampler.Push(rows);
        }

        return resampler.Output;
    }
}
