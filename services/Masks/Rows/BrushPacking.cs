using System.Buffers;

namespace Segmentation.Masks.Rows;

/// <summary>
/// Masks as Label Studio's brush has them: the runs of the mask's picture of four equal channels (0 or 255), row by row,
/// packed in bits. A header of the number of values (32 bits), the bits of a value less one (5), and the bits of the four
/// sizes of lengths less one (4 each); then for each run a one, the number of its size (2), its length less one, and its
/// value. The end is filled with zeros, one byte of them where nothing is to be filled.
/// </summary>
public static class BrushPacking
{
    private const int Channels = 4;
    private const int ValueBits = 8;
    private const byte Inside = 255;

    private static ReadOnlySpan<int> Sizes => [3, 4, 8, 16];

    /// <summary>Largest mask, in pixels, whose number of values the header holds.</summary>
    public const long MaxPixels = uint.MaxValue / Channels;

    /// <summary>Packs a mask.</summary>
    /// <param name="mask">At most <see cref="MaxPixels"/>.</param>
    /// <param name="yieldPoint">Checked every 64 rows and columns.</param>
    public static ReadOnlyMemory<byte> Pack(RunLengths mask, YieldPoint yieldPoint = default)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var bits = new BitWriter();
        bits.Write((uint)((long)mask.Height * mask.Width * Channels), 32);
        bits.Write(ValueBits - 1, 5);
        foreach (var size in Sizes)
        {
            bits.Write((uint)(size - 1), 4);
        }

        var value = (byte)0;
        RowOrder.Visit(
            mask,
            run =>
            {
                WriteRun(bits, run * Channels, value);
                value = (byte)(Inside - value);
            },
            yieldPoint);
        return bits.Finish();
    }

    private static void WriteRun(BitWriter bits, long length, byte value)
    {
        while (length > 0)
        {
            var index = 0;
            while (index < Sizes.Length - 1 && length > 1L << Sizes[index])
            {
                index++;
            }

            var size = Sizes[index];
            var part = (uint)Math.Min(length, 1L << size);
            bits.Write(1, 1);
            bits.Write((uint)index, 2);
            bits.Write(part - 1, size);
            bits.Write(value, ValueBits);
            length -= part;
        }
    }

    /// <summary>Writes bits, the most significant first.</summary>
    private sealed class BitWriter
    {
        private readonly ArrayBufferWriter<byte> _bytes = new(1024);
        private ulong _pending;
        private int _count;

        public void Write(uint value, int bits)
        {
            _pending = (_pending << bits) | value;
            _count += bits;
            for (; _count >= 8; _count -= 8)
            {
                _bytes.GetSpan(1)[0] = (byte)(_pending >> (_count - 8));
                _bytes.Advance(1);
            }
        }

        public ReadOnlyMemory<byte> Finish()
        {
            Write(0, 8 - _count);
            return _bytes.WrittenMemory;
        }
    }
}
