namespace Segmentation.Formats.LabelStudio;

/// <summary>Writes numbers of some bits, the highest bit first.</summary>
internal sealed class BrushBitWriter
{
    private readonly List<byte> _bytes = [];
    private ulong _held;
    private int _count;

    /// <summary>Writes the lowest bits of a number.</summary>
    public void Write(uint number, int bits)
    {
        _held = (_held << bits) | number;
        _count += bits;
        while (_count >= 8)
        {
            _count -= 8;
            _bytes.Add((byte)(_held >> _count));
        }
    }

    /// <summary>Fills the last byte with zeros, which is a whole one where nothing is left to fill.</summary>
    public byte[] End()
    {
        Write(0, 8 - _count);
        return [.. _bytes];
    }
}
