using NetVips;
using Segmentation.Sam.Images.Containers;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Images;

/// <summary>Converts a decoder's pixels to 8-bit RGB, lazily: when rows are asked for.</summary>
internal static class RgbConversion
{
    private static readonly double[] _white = [255, 255, 255];

    /// <summary>
    /// Converts an image. A colour profile is followed for CMYK, which means nothing without one (a common press
    /// profile stands in where it is missing), and ignored for RGB and grey, as the reference does.
    /// </summary>
    /// <param name="image">Any image; owned from here on.</param>
    /// <param name="samples">Meaning of its channels; null where the decoder knows it.</param>
    /// <returns>Three channels of 8 bits, alpha flattened over white.</returns>
    /// <exception cref="ImageException">The channels have no meaning as a picture here.</exception>
    public static Image Apply(Image image, SampleLayout? samples)
    {
        using var picture = Pick(image, samples);
        // Of 16 bits the upper 8 stay: 65535 becomes 255, and 8 bits widened by repetition come back unchanged.
        using var colours = picture.Colourspace(Enums.Interpretation.Srgb);
        return colours.HasAlpha() ? colours.Flatten(background: _white) : colours.Copy();
    }

    /// <summary>Keeps colours and alpha as they are stored.</summary>
    /// <param name="image">Any image; owned from here on.</param>
    /// <param name="samples">Meaning of its channels; null where the decoder knows it.</param>
    /// <exception cref="ImageException">The channels have no meaning as a picture here.</exception>
    public static Image Pick(Image image, SampleLayout? samples)
    {
        var chosen = image;
        if (samples is not null)
        {
            using (image)
            {
                chosen = Choose(image, samples);
            }
        }

        if (IsPicture(chosen))
        {
            return chosen;
        }

        using (chosen)
        {
            throw Unsupported(chosen);
        }
    }

    /// <summary>Puts planes of grey side by side, as channels of one image.</summary>
    /// <param name="planes">At least two images of one size; owned from here on.</param>
    /// <param name="samples">Meaning of the planes.</param>
    public static Image Join(IReadOnlyList<Image> planes, SampleLayout samples)
    {
        var joined = planes[0].Bandjoin([.. planes.Skip(1)]);
        foreach (var plane in planes)
        {
            plane.Dispose();
        }

        if (!samples.IsPremultiplied)
        {
            return joined;
        }

        // The library itself does this for channels side by side.
        using (joined)
        using (var straight = joined.Unpremultiply(alphaBand: samples.Colours + samples.Alpha))
        {
            return straight.Cast(joined.Format);
        }
    }

    /// <summary>Keeps colours and alpha and names the colour space.</summary>
    private static Image Choose(Image image, SampleLayout samples)
    {
        // A palette's index has become one channel of grey or three of colour; other colours are as many as before.
        var colours = samples.Colours == 1 ? Math.Max(1, image.Bands - samples.Extras) : samples.Colours;
        using var picture = image.ExtractBand(0, n: colours);
        using var alpha = samples.Alpha >= 0 ? image.ExtractBand(colours + samples.Alpha) : null;
        using var whole = alpha is null ? picture.Copy() : picture.Bandjoin(alpha);
        var isWide = image.Format == Enums.BandFormat.Ushort;
        return whole.Copy(interpretation: colours switch
        {
            1 => isWide ? Enums.Interpretation.Grey16 : Enums.Interpretation.Bw,
            3 => isWide ? Enums.Interpretation.Rgb16 : Enums.Interpretation.Srgb,
            _ => Enums.Interpretation.Cmyk,
        });
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
