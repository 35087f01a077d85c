using System.Globalization;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Images;

/// <summary>Finds the value that means inside, from the values of a picture of a mask.</summary>
/// <param name="rows">The picture's samples.</param>
/// <param name="isLossy">True when a value may stand for others near to it.</param>
internal sealed class MaskValues(RgbRows rows, bool isLossy)
{
    // Lossy compression may leave a few pixels of an edge between black and white.
    private const int Dark = 64;
    private const int Light = 192;
    private const double MostBetween = 0.02;

    // No message names more values than this.
    private const int MostTold = 3;

    // A transparent pixel, whatever colour is stored for it.
    private const ulong Transparent = ulong.MaxValue;

    private readonly ulong[] _pixels = new ulong[rows.Width * rows.Height];
    private int _count;

    /// <summary>Takes the next rows.</summary>
    public void Add(byte[] strip)
    {
        for (var at = 0; at < strip.Length; at += rows.PixelBytes)
        {
            var pixel = strip.AsSpan(at, rows.PixelBytes);
            var alpha = rows.HasAlpha ? pixel[^rows.ChannelBytes..] : [];
            var value = 0UL;
            // Channels of 8 or 16 bits side by side, alpha left out where a pixel is seen in full.
            var isOpaque = rows.HasAlpha && !alpha.ContainsAnyExcept((byte)0xFF);
            foreach (var level in isOpaque ? pixel[..^rows.ChannelBytes] : pixel)
            {
                value = (value << 8) | level;
            }

            var isHidden = rows.HasAlpha && !alpha.ContainsAnyExcept((byte)0);
            _pixels[_count++] = isHidden ? Transparent : value;
        }
    }

    /// <summary>A value other than 0 for pixels inside.</summary>
    /// <exception cref="ImageException">It is not clear which values are inside.</exception>
    public byte[] Inside()
    {
        var values = new HashSet<ulong>();
        foreach (var pixel in _pixels)
        {
            values.Add(pixel);
            if (values.Count > MostTold)
            {
                break;
            }
        }

        if (values.Count == 1)
        {
            throw Ambiguous("one value only, so that nothing is inside or nothing is outside");
        }

        if (values.Count == 2)
        {
            var outside = values.Contains(Transparent) ? Transparent
                : values.Contains(0) ? 0UL
                : throw Ambiguous($"the values {Describe(values)}, none of them black or transparent");
            return [.. _pixels.Select(pixel => pixel == outside ? (byte)0 : (byte)1)];
        }

        return isLossy && rows.ChannelBytes == 1 && !values.Contains(Transparent) && TryThreshold() is { } inside
            ? inside
            : throw Ambiguous(values.Count > MostTold
                ? $"more than {MostTold} values, {Describe(values.Take(MostTold))} among them"
                : $"{values.Count} values, {Describe(values)}");
    }

    private byte[]? TryThreshold()
    {
        var levels = _pixels.Select(pixel => (byte)(pixel >> 8 * Math.Min(2, rows.PixelBytes - 1))).ToArray();
        var between = levels.Count(level => level is > Dark and < Light);
        var isGrey = rows.PixelBytes == 1 || _pixels.All(IsGrey);
        var hasBoth = levels.Any(level => level <= Dark) && levels.Any(level => level >= Light);
        if (!isGrey || !hasBoth || between > levels.Length * MostBetween)
        {
            return null;
        }

        return [.. levels.Select(level => level >= 128 ? (byte)1 : (byte)0)];
    }

    private static bool IsGrey(ulong pixel)
    {
        var (red, green, blue) = ((int)(pixel >> 16 & 0xFF), (int)(pixel >> 8 & 0xFF), (int)(pixel & 0xFF));
        return Math.Abs(red - green) < Dark && Math.Abs(green - blue) < Dark;
    }

    private string Describe(IEnumerable<ulong> values)
    {
        var digits = rows.PixelBytes * 2;
        var colours = values.Select(value => value == Transparent ? "transparent"
            : rows.PixelBytes == rows.ChannelBytes ? value.ToString(CultureInfo.InvariantCulture)
            : "#" + value.ToString("x", CultureInfo.InvariantCulture).PadLeft(Math.Min(digits, 6), '0'));
        return string.Join(", ", colours.Order(StringComparer.Ordinal));
    }

    private static ImageException Ambiguous(string what) => new(
        ImageError.UnsupportedFormat,
        $"A mask is a picture of two values, 0 or transparent outside and another one inside; this one has {what}.");
}
