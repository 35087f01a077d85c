using Segmentation.Masks;
using Segmentation.Masks.Geometry;

namespace Segmentation.Formats.Shapes;

/// <summary>Run lengths along rows, zeros first, as CVAT and Label Studio have them.</summary>
internal static class RowRuns
{
    /// <summary>Returns the runs of a crop.</summary>
    public static List<int> Of(MaskCrop crop)
    {
        var runs = new List<int>();
        byte current = 0;
        var start = 0;
        var pixels = crop.Pixels.AsSpan();
        while (start < pixels.Length)
        {
            var length = pixels[start..].IndexOfAnyExcept(current);
            length = length < 0 ? pixels.Length - start : length;
            runs.Add(length);
            start += length;
            current ^= 1;
        }

        return runs;
    }

    /// <summary>Returns the mask of pieces of rows, ascending.</summary>
    public static RunLengths ToMask(int height, int width, IReadOnlyList<(long Begin, long End)> spans)
    {
        if (spans.Count == 0)
        {
            return new(height, width, (uint)((long)height * width));
        }

        var top = (int)(spans[0].Begin / width);
        var bottom = (int)((spans[^1].End - 1) / width) + 1;
        var pixels = new byte[(bottom - top) * width];
        var first = (long)top * width;
        foreach (var (begin, end) in spans)
        {
            pixels.AsSpan((int)(begin - first), (int)(end - begin)).Fill(1);
        }

        return new MaskCrop(new PixelBox(0, top, width, bottom - top), pixels).ToMask(height, width);
    }
}
