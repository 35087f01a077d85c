using Segmentation.Masks.Polygons;

namespace Segmentation.Masks.Tests.Polygons;

/// <summary>Fills rings by the even-odd rule, at the centres of pixels.</summary>
internal static class EvenOdd
{
    /// <summary>The mask of pixels whose centres have an odd number of edges to their left.</summary>
    public static RunLengths Fill(int height, int width, IReadOnlyList<MaskPolygon> rings)
    {
        // A vertical edge turns over all pixels to its right; so each row is the running parity of its edges.
        var parity = new byte[height * width];
        foreach (var corners in rings.Select(ring => ring.Coordinates))
        {
            for (var i = 0; i < corners.Count; i += 2)
            {
                var (x, y, nextY) = ((int)corners[i], (int)corners[i + 1], (int)corners[(i + 3) % corners.Count]);
                for (var row = Math.Min(y, nextY); row < Math.Max(y, nextY) && x < width; row++)
                {
                    parity[row * width + x] ^= 1;
                }
            }
        }

        for (var i = 0; i < parity.Length; i++)
        {
            if (i % width > 0)
            {
                parity[i] ^= parity[i - 1];
            }
        }

        return RunLengths.FromBytes(height, width, parity);
    }
}
