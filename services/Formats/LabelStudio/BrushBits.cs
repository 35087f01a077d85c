using Segmentation.Formats.Items;
using Segmentation.Formats.Shapes;
using Segmentation.Masks;
using Segmentation.Masks.Rows;

namespace Segmentation.Formats.LabelStudio;

/// <summary>
/// Label Studio's run lengths of brushes: a packed form of the picture's RGBA bytes row by row, in which a mask is 255 in
/// all four channels. Bits, the highest first: the number of bytes (32), the bits of a byte less 1 (5), four sizes less 1
/// (4 each); then runs: a bit that says if one value follows or one for each byte, the number of the size (2), the length
/// less 1 in that many bits, the values (8 each).
/// </summary>
internal static class BrushBits
{
    private const int Channels = 4;
    private const int Half = 128;

    private static readonly int[] _sizes = [3, 4, 8, 16];

    /// <summary>Writes a mask.</summary>
    public static byte[] Write(RunLengths mask) => BrushPacking.Pack(mask).ToArray();

    /// <summary>Reads a mask: pixels whose opacity is at least half.</summary>
    /// <param name="height">Height of the picture.</param>
    /// <param name="width">Width of the picture.</param>
    /// <param name="bytes">The packed form.</param>
    /// <exception cref="BadItemException">The form is damaged, or of another size.</exception>
    public static RunLengths Read(int height, int width, byte[] bytes)
    {
        var bits = new BrushBitReader(bytes);
        var count = (long)bits.Read(32);
        var expected = (long)height * width * Channels;
        if (count != expected)
        {
            throw new BadItemException(
                "value.rle", $"The brush has {count} bytes, but a picture of {width} x {height} has {expected}.");
        }

        if (bits.Read(5) != 7)
        {
            throw new BadItemException("value.rle", "The brush's values have not 8 bits.");
        }

        var sizes = _sizes.Select(_ => (int)bits.Read(4) + 1).ToArray();
        var spans = new List<(long Begin, long End)>();
        for (long at = 0; at < count;)
        {
            var isRun = bits.Read(1) != 0;
            long length = bits.Read(sizes[bits.Read(2)]) + 1;
            if (length > count - at)
            {
                throw new BadItemException("value.rle", "The brush has more values than the picture has pixels.");
            }

            if (isRun)
            {
                AddRun(spans, at, length, bits.Read(8));
            }
            else
            {
                for (var i = 0; i < length; i++)
                {
                    AddRun(spans, at + i, 1, bits.Read(8));
                }
            }

            at += length;
        }

        return RowRuns.ToMask(height, width, spans);
    }

    /// <summary>Adds the pixels whose opacity, their last byte, lies in a run.</summary>
    private static void AddRun(List<(long Begin, long End)> spans, long at, long length, uint value)
    {
        var begin = at / Channels;
        var end = (at + length) / Channels;
        if (value < Half || begin >= end)
        {
            return;
        }

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
