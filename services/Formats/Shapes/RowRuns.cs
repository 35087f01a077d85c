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

    /// <summary>Returns pieces of rows of the whole picture, [begin, end) in pixels row by row, ascending.</summary>
    public static List<(long Begin, long End)> Spans(RunLengths mask)
    {
        var crop = MaskCrop.Of(mask);
        var spans = new List<(long Begin, long End)>();
        for (var y = 0; y < crop.Box.Height; y++)
        {
            var row = crop.Pixels.AsSpan(y * crop.Box.Width, crop.Box.Width);
            var first = (long)(crop.Box.Y + y) * mask.Width + crop.Box.X;
            for (var x = 0; x < row.Length;)
            {
                var length = row[x..].IndexOfAnyExcept(row[x]);
                length = length < 0 ? row.Length - x : length;
                if (row[x] != 0)
                {
                    Add(spans, first + x, first + x + length);
                }

                x += length;
            }
        }

        return spans;
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

    private static void Add(List<(long Begin, long End)> spans, long begin, long end)
    {
        if (spans.Count > 0 && spans[^1].End == begin)
        {
            spans[^1] = (spans[^1].Begin, end);
        }
        else
        {
            spans.Add((begin, end));
        }
    }
}
