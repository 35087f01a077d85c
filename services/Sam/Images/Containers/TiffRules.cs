using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Images.Containers;

/// <summary>Rules for the TIFFs that are read as pictures, and messages for the others.</summary>
internal static class TiffRules
{
    private const string Accepted =
        "Accepted are grey, palette, RGB and CMYK of up to 16 bits a channel, uncompressed or with LZW, Deflate, "
            + "PackBits, JPEG or fax compression";

    // Near infra-red and alpha. Of more bands the first three are seldom red, green and blue, whatever the file says.
    private const int MostExtras = 2;

    private const int MinIsWhite = 0;
    private const int MinIsBlack = 1;
    private const int Rgb = 2;
    private const int Palette = 3;
    private const int Cmyk = 5;
    private const int YCbCr = 6;
    private const int JpegCompression = 7;
    private const int OldJpegCompression = 6;

    /// <summary>Returns the meaning of the samples.</summary>
    /// <exception cref="ImageException">The pixels are of a kind that is not read.</exception>
    public static SampleLayout Check(TiffPixels pixels)
    {
        if (CompressionName(pixels.Compression) is { } compression)
        {
            throw Unsupported($"is compressed with {compression}");
        }

        CheckNumbers(pixels);
        CheckTiles(pixels);
        var colours = Colours(pixels);
        if (colours > pixels.Samples)
        {
            throw Unsupported($"announces {ColourName(pixels.Photometric)}, but has only {Channels(pixels)}");
        }

        if (pixels.Samples > colours + MostExtras)
        {
            throw Unsupported($"has {Channels(pixels)}, more than {MostExtras} besides its colours");
        }

        if (pixels.IsSeparate && pixels.Photometric is (Palette or YCbCr))
        {
            throw Unsupported($"stores {ColourName(pixels.Photometric)} in separate planes");
        }

        var alpha = -1;
        for (var extra = colours; extra < pixels.Samples && alpha < 0; extra++)
        {
            if (pixels.ExtraType(extra) is 1 or 2)
            {
                alpha = extra - colours;
            }
        }

        var isPremultiplied = alpha >= 0 && pixels.ExtraType(colours + alpha) == 1;
        return new SampleLayout(colours, (int)pixels.Samples - colours, alpha, isPremultiplied);
    }

    private static void CheckNumbers(TiffPixels pixels)
    {
        if (pixels.Samples is < 1 or > TiffPixels.MostSamples)
        {
            throw Unsupported($"has {pixels.Samples} channels");
        }

        var bits = pixels.Bits.Length == 0 ? 1 : pixels.Bits[0];
        if (pixels.Bits.Any(other => other != bits))
        {
            throw Unsupported($"has channels of {string.Join(", ", pixels.Bits.Distinct())} bits side by side");
        }

        foreach (var format in pixels.Formats)
        {
            var numbers = format switch
            {
                2 => "signed numbers",
                3 => $"floating-point numbers of {bits} bits",
                5 or 6 => $"complex numbers of {bits} bits",
                _ => null,
            };
            if (numbers is not null)
            {
                throw Unsupported($"has {Channels(pixels)} of {numbers}");
            }
        }

        var isNarrow = bits is 1 or 2 or 4 && pixels.Photometric is MinIsWhite or MinIsBlack or Palette;
        if (bits is not (8 or 16) && !(bits is 1 or 2 or 4 && isNarrow && pixels.Samples == 1))
        {
            throw Unsupported($"has {Channels(pixels)} of {bits} bits");
        }
    }

    private static void CheckTiles(TiffPixels pixels)
    {
        if (!pixels.IsTiled)
        {
            return;
        }

        // Limits of the library; a tile is decoded whole.
        var most = Math.Min(8192, (2 * Math.Max(pixels.Width, pixels.Height) + 255) / 256 * 256);
        var bytes = pixels.TileWidth * pixels.TileLength * (pixels.IsSeparate ? 1 : pixels.Samples)
            * (pixels.Bits.FirstOrDefault(1) > 8 ? 2 : 1);
        var isReadable = pixels.TileWidth % 16 == 0 && pixels.TileLength % 16 == 0
            && pixels.TileWidth > 0 && pixels.TileLength > 0
            && pixels.TileWidth <= most && pixels.TileLength <= most && bytes <= 100_000_000;
        if (!isReadable)
        {
            throw Unsupported(
                $"has tiles of {pixels.TileWidth} x {pixels.TileLength} pixels (sides are multiples of 16, at most "
                    + $"{most}, and a tile has at most 100 MB)");
        }

        if (pixels.Photometric == YCbCr && pixels.Compression != JpegCompression)
        {
            throw Unsupported("has tiles of YCbCr colours without JPEG compression");
        }
    }

    private static int Colours(TiffPixels pixels) => pixels.Photometric switch
    {
        // Three or four bands without more said are written so by GDAL, rasterio and Earth Engine.
        MinIsBlack when pixels.Samples is 3 or 4 && !IsAlpha(pixels, 1) && !IsAlpha(pixels, 2) => 3,
        MinIsWhite or MinIsBlack when pixels.Samples <= 2 || IsAlpha(pixels, 1) => 1,
        MinIsWhite or MinIsBlack => throw Unsupported(
            $"has {Channels(pixels)} and does not say which of them are red, green and blue"),
        Rgb => 3,
        Palette => 1,
        Cmyk when pixels.InkSet == 1 => 4,
        Cmyk => throw Unsupported("is separated into inks other than cyan, magenta, yellow and black"),
        YCbCr when pixels.Samples != 3 => throw Unsupported($"has YCbCr colours in {Channels(pixels)}"),
        YCbCr when pixels.Compression is not (JpegCompression or OldJpegCompression) && IsNotSubsampled(pixels) =>
            throw Unsupported("has YCbCr colours that are neither subsampled nor compressed with JPEG"),
        YCbCr => 3,
        -1 => throw Unsupported("does not say what its channels mean (PhotometricInterpretation is missing)"),
        _ => throw Unsupported($"has {ColourName(pixels.Photometric)}"),
    };

    private static bool IsAlpha(TiffPixels pixels, int sample) => pixels.ExtraType(sample) is 1 or 2;

    private static bool IsNotSubsampled(TiffPixels pixels) => pixels.SubSampling is [1, 1];

    private static string Channels(TiffPixels pixels) =>
        pixels.Samples == 1 ? "1 channel" : $"{pixels.Samples} channels";

    private static string ColourName(long photometric) => photometric switch
    {
        Rgb => "RGB colours",
        Palette => "colours of a palette",
        4 => "a transparency mask instead of colours",
        Cmyk => "CMYK colours",
        YCbCr => "YCbCr colours",
        8 or 9 or 10 => "CIELAB colours",
        32803 or 34892 => "raw values of a camera's sensor",
        32844 or 32845 => "logarithmic luminance",
        _ => $"colours of the unknown kind {photometric}",
    };

    /// <summary>Name of a compression that is not read, or null for those that are.</summary>
    private static string? CompressionName(long compression) => compression switch
    {
        1 or 2 or 3 or 4 or 5 or OldJpegCompression or JpegCompression or 8 or 32773 or 32946 => null,
        34712 or 33003 or 33004 or 33005 => "JPEG 2000",
        34887 => "LERC",
        34925 => "LZMA",
        34933 => "PNG",
        34934 => "JPEG XR",
        50000 or 34926 => "ZSTD",
        50001 or 34927 => "WebP",
        50002 or 52546 => "JPEG XL",
        32809 => "ThunderScan",
        32766 => "NeXT's method",
        34661 or 34663 => "JBIG",
        34676 or 34677 => "SGI's logarithms",
        34892 => "lossy JPEG of raw values",
        _ => $"the unknown method {compression}",
    };

    private static ImageException Unsupported(string what) => new(
        ImageError.UnsupportedFormat, $"The file is a TIFF image that {what}: not supported. {Accepted}.");
}
