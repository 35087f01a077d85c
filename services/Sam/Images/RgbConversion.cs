using NetVips;

namespace Segmentation.Sam.Images;

/// <summary>Makes 8-bit RGB of whatever a decoder gives, lazily: pixels are converted as they are asked for.</summary>
internal static class RgbConversion
{
    private static readonly double[] White = [255, 255, 255];

    /// <summary>
    /// Converts. A colour profile is followed for CMYK, which means nothing without one (a common press profile stands
    /// in where it is missing), and ignored for RGB and grey, as the reference does.
    /// </summary>
    /// <param name="image">Any image; owned from here on.</param>
    /// <returns>Three channels of 8 bits, alpha flattened over white.</returns>
    /// <exception cref="ImageException">The channels have no meaning as a picture here.</exception>
    public static Image Apply(Image image)
    {
        using (image)
        {
            if (!IsPicture(image))
                throw Unsupported(image);

            // Of 16 bits the upper 8 stay: 65535 becomes 255, and 8 bits widened by repetition come back unchanged.
            using var colours = image.Colourspace(Enums.Interpretation.Srgb);
            return colours.HasAlpha() ? colours.Flatten(background: White) : colours.Copy();
        }
    }

    private static bool IsPicture(Image image)
    {
        var colours = image.Interpretation switch
        {
            Enums.Interpretation.Bw or Enums.Interpretation.Grey16 => 1,
            Enums.Interpretation.Srgb or Enums.Interpretation.Rgb16 => 3,
            Enums.Interpretation.Cmyk => 4,
            _ => -1,
        };
        var alpha = image.Bands - colours;
        return alpha is 0 or 1 && image.Format is Enums.BandFormat.Uchar or Enums.BandFormat.Ushort;
    }

    private static ImageException Unsupported(Image image) => new(
        ImageError.UnsupportedFormat,
        $"The image has {image.Bands} channels of {Describe(image.Format)}. "
            + "Accepted are grey, RGB and CMYK of up to 16 bits a channel, with or without alpha.");

    private static string Describe(Enums.BandFormat format) => format switch
    {
        Enums.BandFormat.Uchar => "8 bits",
        Enums.BandFormat.Ushort => "16 bits",
        Enums.BandFormat.Char or Enums.BandFormat.Short or Enums.BandFormat.Int => "signed numbers",
        Enums.BandFormat.Uint => "32 bits",
        Enums.BandFormat.Float or Enums.BandFormat.Double => "floating-point numbers",
        _ => "complex numbers",
    };
}
