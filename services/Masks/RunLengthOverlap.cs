namespace Segmentation.Masks;

/// <summary>Counts the common pixels of two masks on their runs, as <c>rleIou</c> of pycocotools does.</summary>
internal static class RunLengthOverlap
{
    /// <summary>Counts pixels inside both masks, which have one size. Time grows with runs, not with pixels.</summary>
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

            // Both have the same number of pixels, so when one ends, only the last run of the other is left, which ends
            // there too.
            if (i >= a.Length || j >= b.Length)
            {
                return shared;
            }
        }
    }
}
