using Segmentation.Masks.Geometry;

namespace Segmentation.Masks;

/// <summary>Computes the box around a mask from its runs.</summary>
internal static class RunLengthBox
{
    /// <summary>Smallest box around the mask; all zero for an empty one (<c>rleToBbox</c> of pycocotools).</summary>
    public static PixelBox Around(RunLengths mask)
    {
        var counts = mask.AsSpan();
        if (counts.Length == 1)
        {
            return default;
        }

        var height = (uint)mask.Height;
        uint left = uint.MaxValue, top = uint.MaxValue, right = 0, bottom = 0;
        uint position = 0;
        for (var i = 0; i + 1 < counts.Length; i += 2)
        {
            var first = position + counts[i];
            var last = first + counts[i + 1] - 1;
            position = last + 1;
            var (firstX, firstY) = Math.DivRem(first, height);
            var (lastX, lastY) = Math.DivRem(last, height);
            left = Math.Min(left, firstX);
            right = Math.Max(right, lastX);
            // A run that goes on in the next column touches the bottom of one and the top of the other.
            top = Math.Min(top, firstX < lastX ? 0 : firstY);
            bottom = Math.Max(bottom, firstX < lastX ? height - 1 : lastY);
        }

        return new((int)left, (int)top, (int)(right - left + 1), (int)(bottom - top + 1));
    }
}
