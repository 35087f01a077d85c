using Segmentation.Masks;

namespace Segmentation.Formats.Shapes;

/// <summary>Walks over a mask by pieces of columns.</summary>
internal static class MaskSpans
{
    /// <summary>Calls for each piece: column, first row, row after the last.</summary>
    public static void Visit(RunLengths mask, Action<int, int, int> piece)
    {
        var counts = mask.AsSpan();
        var height = (uint)mask.Height;
        uint at = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            var end = at + counts[i];
            if ((i & 1) != 0)
            {
                while (at < end)
                {
                    var (column, row) = Math.DivRem(at, height);
                    var bottom = Math.Min(height, row + (end - at));
                    piece((int)column, (int)row, (int)bottom);
                    at += bottom - row;
                }
            }

            at = end;
        }
    }
}
