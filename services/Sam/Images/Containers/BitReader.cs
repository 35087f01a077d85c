namespace Segmentation.Sam.Images.Containers;

/// <summary>Reads bits of lossless WebP, least significant first; zeros after the end, as libwebp does.</summary>
/// <param name="bytes">The bytes.</param>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private ulong _bits;
    private int _count;
    private int _at;

    /// <summary>True when more bits were read than the file has.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Reads bits and advances.</summary>
    /// <param name="count">Number of bits, 0 to 32.</param>
    public int Read(int count)
    {
        var value = (int)(Peek(count) & ((1UL << count) - 1));
        Skip(count);
        return value;
    }

    /// <summary>Returns the next bits without advancing; further bits may stand above them.</summary>
    /// <param name="count">Number of bits needed, 0 to 32.</param>
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

    /// <summary>Advances over bits that <see cref="Peek"/> returned.</summary>
    public void Skip(int count)
    {
        _bits >>= count;
        _count -= count;
    }
}
