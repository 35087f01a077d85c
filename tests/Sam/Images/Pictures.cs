using NetVips;
using Segmentation.Masks.Png;
using Segmentation.Sam.Images;

namespace Segmentation.Sam.Tests.Images;

/// <summary>Small pictures made here, and files of them written by libvips.</summary>
internal static class Pictures
{
    /// <summary>A landscape of smooth ramps, another one in each channel and no two corners alike.</summary>
    public static RgbImage Ramps(int width = 48, int height = 32)
    {
        var pixels = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var pixel = (y * width + x) * 3;
                pixels[pixel] = (byte)(40 + 180 * x / width);
                pixels[pixel + 1] = (byte)(40 + 180 * y / height);
                pixels[pixel + 2] = (byte)(200 - 80 * x / width - 80 * y / height);
            }
        }

        return new RgbImage(width, height, pixels);
    }

    /// <summary>A picture as a PNG file.</summary>
    public static byte[] ToPng(RgbImage image) => PngWriter.Rgb(image.Width, image.Height, image.Pixels);

    public static Image ToVips(RgbImage image) => ToVips(image.Width, image.Height, image.Pixels);

    public static Image ToVips(int width, int height, byte[] pixels)
    {
        var channels = pixels.Length / (width * height);
        return Image.NewFromMemory(pixels, width, height, channels, Enums.BandFormat.Uchar).Copy(
            interpretation: channels < 3 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
    }

    /// <summary>One colour everywhere.</summary>
    public static Image Plain(int width, int height, params double[] colour) =>
        Image.Black(width, height, bands: colour.Length).Linear(Ones(colour.Length), colour)
            .Cast(Enums.BandFormat.Uchar)
            .Copy(interpretation: colour.Length < 3 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);

    /// <summary>Marks the pixels as stored in one of EXIF's eight ways.</summary>
    public static Image WithOrientation(Image image, int orientation) =>
        image.Mutate(mutable => mutable.Set(GValue.GIntType, "orientation", orientation));

    /// <summary>The largest difference of two equally long arrays, in grey levels.</summary>
    public static int LargestDifference(byte[] expected, byte[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        return expected.Zip(actual, (first, second) => Math.Abs(first - second)).Max();
    }

    private static double[] Ones(int count) => Enumerable.Repeat(1.0, count).ToArray();
}
