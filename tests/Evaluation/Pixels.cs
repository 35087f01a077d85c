using Segmentation.Masks;

namespace Segmentation.Evaluation.Tests;

/// <summary>Masks drawn as text: <c>#</c> is inside.</summary>
internal static class Pixels
{
    public static RunLengths Mask(params string[] rows) => RunLengths.FromBytes(
        rows.Length, rows[0].Length, string.Concat(rows).Select(one => (byte)(one == '#' ? 1 : 0)).ToArray());

    public static RunLengths Rectangle(int width, int height, int x, int y, int columns, int rows)
    {
        var pixels = new byte[width * height];
        for (var row = y; row < y + rows; row++)
        {
            pixels.AsSpan(row * width + x, columns).Fill(1);
        }

        return RunLengths.FromBytes(height, width, pixels);
    }
}
