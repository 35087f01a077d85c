using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Images.Containers;

/// <summary>
/// Reads the beginning of a lossless WebP, up to the prefix codes of its pixels, and bounds what these would cost: the
/// library takes up to 11 KB of memory for each group of codes, whatever the picture's size, and for each change from
/// one group to another about a microsecond in which it cannot be stopped.
/// </summary>
internal ref struct WebPLossless
{
    /// <summary>Groups of codes that are read; libwebp's encoder makes at most 2,600.</summary>
    public const int MostGroups = 4096;

    /// <summary>Changes of groups that are read: libwebp's encoder makes some 200,000 in 25 megapixels.</summary>
    public const long MostChanges = 500_000;

    private const int Literals = 256;
    private const int Lengths = 24;
    private const int Distances = 40;

    private BitReader _reader;

    /// <summary>Checks a picture.</summary>
    /// <param name="bits">Its bits behind the size.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <exception cref="ImageException">It would cost more than a picture does.</exception>
    public static void Check(ReadOnlySpan<byte> bits, int width, int height)
    {
        var walk = new WebPLossless { _reader = new BitReader(bits) };
        walk.Walk(width, height);
    }

    // Whatever is damaged ends the walk: the library stops at the same place.
    private void Walk(int width, int height)
    {
        if (!TrySkipTransforms(ref width, height) || !TryReadCacheBits(out _) || _reader.Read(1) == 0)
        {
            return;
        }

        var tile = 2 + _reader.Read(3);
        if (!TryReadPicture(Tiles(width, tile), Tiles(height, tile), out var groups))
        {
            return;
        }

        var changes = groups == 1 ? 0 : ((long)width * height) >> tile;
        if (groups > MostGroups || changes > MostChanges)
        {
            throw new ImageException(
                ImageError.TooComplex,
                $"The WebP's pixels have {groups} groups of codes that change {changes} times; at most "
                    + $"{MostGroups} and {MostChanges} are read, and encoders make half of that. Save it anew.");
        }
    }

    private bool TrySkipTransforms(ref int width, int height)
    {
        for (var seen = 0; _reader.Read(1) != 0;)
        {
            var kind = _reader.Read(2);
            if ((seen & 1 << kind) != 0)
            {
                return false;
            }

            seen |= 1 << kind;
            if (kind == 3)
            {
                // Indices of a small palette lie side by side in one pixel.
                var colours = _reader.Read(8) + 1;
                if (!TryReadPicture(colours, 1, out _))
                {
                    return false;
                }

                width = Tiles(width, colours > 16 ? 0 : colours > 4 ? 1 : colours > 2 ? 2 : 3);
            }
            else if (kind != 2)
            {
                var tile = 2 + _reader.Read(3);
                if (!TryReadPicture(Tiles(width, tile), Tiles(height, tile), out _))
                {
                    return false;
                }
            }
        }

        return !_reader.HasEnded;
    }

    private bool TryReadCacheBits(out int bits)
    {
        bits = _reader.Read(1) == 0 ? 0 : _reader.Read(4);
        return bits <= 11;
    }

    /// <summary>Reads a subresolution image: transform data or groups of prefix codes.</summary>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="groups">Receives the groups that its pixels name. Copied pixels name no further groups.</param>
    private bool TryReadPicture(int width, int height, out int groups)
    {
        groups = 1;
        if (!TryReadCacheBits(out var cache)
            || WebPCode.TryRead(ref _reader, Literals + Lengths + (cache == 0 ? 0 : 1 << cache)) is not { } green
            || WebPCode.TryRead(ref _reader, Literals) is not { } red
            || WebPCode.TryRead(ref _reader, Literals) is not { } blue
            || WebPCode.TryRead(ref _reader, Literals) is not { } alpha
            || WebPCode.TryRead(ref _reader, Distances) is not { } distance)
        {
            return false;
        }

        for (var left = (long)width * height; left > 0 && !_reader.HasEnded;)
        {
            var symbol = green.Next(ref _reader);
            if (symbol < Literals)
            {
                groups = Math.Max(groups, (red.Next(ref _reader) << 8 | symbol) + 1);
                blue.Next(ref _reader);
                alpha.Next(ref _reader);
                left--;
            }
            else if (symbol < Literals + Lengths)
            {
                left -= Copied(symbol - Literals);
                Copied(distance.Next(ref _reader));
            }
            else
            {
                left--;
            }
        }

        return !_reader.HasEnded;
    }

    private long Copied(int symbol)
    {
        if (symbol < 4)
        {
            return symbol + 1;
        }

        var further = (symbol - 2) >> 1;
        return ((2L + (symbol & 1)) << further) + _reader.Read(further) + 1;
    }

    private static int Tiles(int length, int bits) => (int)(((long)length + (1 << bits) - 1) >> bits);
}
