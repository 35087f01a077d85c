using System.Buffers;

namespace Segmentation.Gateway.Receiving;

/// <summary>
/// Collects bytes as they arrive, in pieces of the pool that are small enough for many of them to come and go. The
/// memory grows with what arrived, never with what was announced, and is asked for before every growth.
/// </summary>
/// <param name="hold">Told how many bytes are held from now on; false when there is no room.</param>
internal sealed class ReceivedBytes(Func<long, bool> hold) : IDisposable
{
    /// <summary>Bytes of the first piece.</summary>
    public const int SmallestPiece = 4 * 1024;

    // Below the size of the large object heap, whose objects are collected last.
    private const int LargestPiece = 64 * 1024;

    private readonly List<byte[]> _pieces = [];
    private long _capacity;
    private int _used;

    /// <summary>Bytes collected.</summary>
    public int Length { get; private set; }

    /// <summary>Adds bytes.</summary>
    /// <returns>False when there is no room for them.</returns>
    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (Length == _capacity && !TryGrow())
            {
                return false;
            }

            var count = (int)Math.Min(bytes.Length, _capacity - Length);
            bytes[..count].CopyTo(_pieces[^1].AsSpan(_used));
            bytes = bytes[count..];
            _used += count;
            Length += count;
        }

        return true;
    }

    /// <summary>All bytes in one piece; valid until <see cref="Clear"/>, without which no more are added.</summary>
    public ReadOnlyMemory<byte> Join() => _pieces.Count switch
    {
        0 => default,
        1 => _pieces[0].AsMemory(0, Length),
        _ => ToArray(),
    };

    /// <summary>Moves all bytes to an array of their own.</summary>
    public byte[] ToArray()
    {
        var whole = GC.AllocateUninitializedArray<byte>(Length);
        var position = 0;
        foreach (var piece in _pieces)
        {
            var count = Math.Min(Length - position, CapacityOf(piece));
            piece.AsSpan(0, count).CopyTo(whole.AsSpan(position));
            position += count;
        }

        Dispose();
        return whole;
    }

    /// <summary>Begins anew; the first piece is kept.</summary>
    public void Clear()
    {
        Return(kept: 1);
        (Length, _used, _capacity) = (0, 0, _pieces.Count == 0 ? 0 : CapacityOf(_pieces[0]));
    }

    /// <summary>Gives all pieces back to the pool.</summary>
    public void Dispose()
    {
        Return(kept: 0);
        (Length, _used, _capacity) = (0, 0, 0);
    }

    // The pool's arrays may be longer than what was asked for, and was charged.
    private static int CapacityOf(byte[] piece) => Math.Min(piece.Length, LargestPiece);

    private void Return(int kept)
    {
        for (var i = _pieces.Count - 1; i >= kept; i--)
        {
            ArrayPool<byte>.Shared.Return(_pieces[i]);
            _pieces.RemoveAt(i);
        }
    }

    private bool TryGrow()
    {
        var size = Math.Clamp((int)_capacity, SmallestPiece, LargestPiece);
        if (!hold(_capacity + size))
        {
            return false;
        }

        _pieces.Add(ArrayPool<byte>.Shared.Rent(size));
        _capacity += CapacityOf(_pieces[^1]);
        _used = 0;
        return true;
    }
}
