namespace Segmentation.Sam.Images.Containers;

/// <summary>Reads bits of lossless WebP, least significant first; zeros behind the end, as the library does.</summary>
/// <param name="bytes">The bytes.</param>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private ulong _bits;
    private int _count;
    private int _at;

    /// <summary>True when more bits were asked for than there are.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Takes bits.</summary>
    /// <param name="count">How many: 0 to 32.</param>
    public int Read(int count)
    {
        var value = (int)(Peek(count) & ((1UL << count) - 1));
        Skip(count);
        return value;
    }

    /// <summary>Shows bits without taking them, and some further ones above them.</summary>
    /// <param name="count">How many are needed: 0 to 32.</param>
    public ulong Peek(int count)
    {
        while (_count < count)
        {
            HasEnded |= _at >= _bytes.Length + sizeof(ulong);
            _bits |= (ulong)(_at < _bytes.Length ? _bytes[_at] : 0) << _count;
            _at++;
            _count += 8;
        }

        return _bits;
    }

    /// <summary>Takes bits that have been shown.</summary>
    public void Skip(int count)
    {
        _bits >>= count;
        _count -= count;
    }
}
