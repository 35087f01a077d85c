namespace Segmentation.Sam.Images;

/// <summary>The eight ways in which pixels may be stored, numbered as in EXIF (tag 0x0112); 1 is upright.</summary>
internal static class ExifOrientation
{
    /// <summary>No rotation, no mirroring.</summary>
    public const int Upright = 1;

    // Both sides of a block stay in the first-level cache, whichever of them is read across the rows.
    private const int Block = 32;

    /// <summary>True when rows of the stored image are columns of the upright one.</summary>
    public static bool SwapsSides(int orientation) => orientation is >= 5 and <= 8;

    /// <summary>Turns stored pixels upright.</summary>
    /// <param name="orientation">The EXIF value; anything but 2 to 8 means upright already.</param>
    /// <param name="pixels">RGB as stored, <paramref name="height"/> x <paramref name="width"/> x 3.</param>
    /// <param name="width">Width as stored.</param>
    /// <param name="height">Height as stored.</param>
    /// <returns>RGB of the upright image: the same array, or a new one of the same length.</returns>
    public static T[] Apply<T>(int orientation, T[] pixels, int width, int height)
    {
        // Stored index of the upright pixel (x, y): origin + x * stepX + y * stepY, in pixels.
        var (right, bottom, last) = (width - 1, (height - 1) * width, height * width - 1);
        var (origin, stepX, stepY) = orientation switch
        {
            2 => (right, -1, width),
            3 => (last, -1, -width),
            4 => (bottom, 1, -width),
            5 => (0, width, 1),
            6 => (bottom, -width, 1),
            7 => (last, -width, -1),
            8 => (right, width, -1),
            _ => (0, 1, width),
        };
        if (origin == 0 && stepX == 1)
        {
            return pixels;
        }

        var (outWidth, outHeight) = SwapsSides(orientation) ? (height, width) : (width, height);
        var upright = new T[pixels.Length];
        for (var top = 0; top < outHeight; top += Block)
        {
            for (var left = 0; left < outWidth; left += Block)
            {
                var (blockBottom, blockRight) = (Math.Min(top + Block, outHeight), Math.Min(left + Block, outWidth));
                for (var y = top; y < blockBottom; y++)
                {
                    var to = (y * outWidth + left) * 3;
                    var from = (origin + left * stepX + y * stepY) * 3;
                    for (var x = left; x < blockRight; x++, to += 3, from += stepX * 3)
                    {
                        upright[to] = pixels[from];
                        upright[to + 1] = pixels[from + 1];
                        upright[to + 2] = pixels[from + 2];
                    }
                }
            }
        }

        return upright;
    }
}
