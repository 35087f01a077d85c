using NetVips;

namespace Segmentation.Projects.Tests.Fixtures;

/// <summary>Image files made by libvips, each different by its number.</summary>
internal static class TestImages
{
    /// <summary>A picture of colours that change from place to place.</summary>
    /// <param name="extension">Format, for example <c>.png</c>, with options in brackets.</param>
    /// <param name="number">Makes the picture different from others.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="change">Changes metadata before the file is written.</param>
    public static byte[] File(
        string extension = ".png", int number = 0, int width = 48, int height = 32, Action<MutableImage>? change = null)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = (i / 3 % width, i / 3 / width);
            pixels[i] = (byte)((i % 3) switch { 0 => x * 255 / width, 1 => y * 255 / height, _ => number * 37 });
        }

        pixels[0] = (byte)number;
        pixels[1] = (byte)(number >> 8);
        using var raw = Image.NewFromMemory(pixels, width, height, 3, Enums.BandFormat.Uchar);
        using var picture = raw.Copy(interpretation: Enums.Interpretation.Srgb);
        using var changed = change is null ? picture.Copy() : picture.Mutate(change);
        return changed.WriteToBuffer(extension);
    }
}
