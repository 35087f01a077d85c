using System.Numerics.Tensors;

namespace Segmentation.Masks;

/// <summary>Converts run lengths to row-major pixels and back.</summary>
internal static class RunLengthPixels
{
    /// <summary>
    /// Writes <paramref name="inside"/> for the mask's pixels into <paramref name="rowMajor"/>, which is all zero.
    /// </summary>
    public static void Write(RunLengths mask, Span<byte> rowMajor, byte inside)
    {
        // Runs go down columns, memory along rows. So only the pixels where a column changes are written; then each row
        // is combined with the row above by exclusive or, in vectors.
        var width = mask.Width;
        var columns = new ColumnRuns(mask);
        var edges = new List<int>();
        for (var x = 0; x < width; x++)
        {
            columns.Next(edges);
            foreach (var y in edges)
            {
                if (y < mask.Height)
                {
                    rowMajor[y * width + x] = inside;
                }
            }
        }

        for (var y = 1; y < mask.Height; y++)
        {
            var above = rowMajor.Slice((y - 1) * width, width);
            var row = rowMajor.Slice(y * width, width);
            TensorPrimitives.Xor<byte>(row, above, row);
        }
    }

    /// <summary>Reads row-major pixels; anything but zero is inside.</summary>
    public static RunLengths Read(int height, int width, ReadOnlySpan<byte> rowMajor)
    {
        var runs = new RunBuilder();
        uint position = 0;
        for (var x = 0; x < width; x++)
        {
            var pixel = x;
            for (var y = 0; y < height; y++)
            {
                runs.Set(rowMajor[pixel] != 0, position++);
                pixel += width;
            }
        }

        return runs.Build(height, width);
    }
}
