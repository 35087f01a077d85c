using Segmentation.Formats.Items;

namespace Segmentation.Formats.LabelStudio;

/// <summary>Reads numbers of some bits, the highest bit first.</summary>
/// <param name="bytes">The bytes.</param>
internal sealed class BrushBitReader(byte[] bytes)
{
    private int _at;
    private ulong _held;
    private int _count;

    /// <summary>Reads a number of at most 32 bits.</summary>
    /// <exception cref="BadItemException">The bytes end.</exception>
    public uint Read(int bits)
    {
        while (_count < bits)
        {
            if (_at == bytes.Length)
            {
                throw new BadItemException("value.rle", "The brush ends before the picture does.");
            }

            _held = (_held << 8) | bytes[_at++];
            _count += 8;
        }

        _count -= bits;
        return (uint)((_held >> _count) & ((1UL << bits) - 1));
    }
}
