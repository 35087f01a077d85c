namespace Segmentation.Masks;

/// <summary>What two masks of one size share, counted on runs as <c>rleIou</c> of pycocotools does.</summary>
internal static class RunLengthOverlap
{
    /// <summary>Pixels inside both. Time is that of the runs, not of the pixels.</summary>
    public static long Count(ReadOnlySpan<uint> a, ReadOnlySpan<uint> b)
    {
        long shared = 0;
        int i = 0, j = 0;
        uint restA = a[0], restB = b[0];
        while (true)
        {
            var step = Math.Min(restA, restB);
            if ((i & j & 1) != 0)
            {
                shared += step;
            }

            restA -= step;
            restB -= step;
            if (restA == 0 && ++i < a.Length)
            {
                restA = a[i];
            }

            if (restB == 0 && ++j < b.Length)
            {
                restB = b[j];
            }

            // Both sum to the same number of pixels, so whichever ends first ends with nothing left to compare but
            // the other's last run, which ends there too.
            if (i >= a.Length || j >= b.Length)
            {
                return shared;
            }
        }
    }
}
