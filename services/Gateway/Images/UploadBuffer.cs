using System.Buffers;
using System.Security.Cryptography;

namespace Segmentation.Gateway.Images;

/// <summary>
/// Collects an upload's chunks in one pooled buffer and hashes them on the way. It grows as bytes arrive, never as
/// they are announced, and asks the budget before every growth.
/// </summary>
/// <param name="budget">What is asked.</param>
/// <param name="field">What the bytes came in, for violations.</param>
internal sealed class UploadBuffer(UploadBudget budget, string field) : IDisposable
{
    private const int Smallest = 256 * 1024;

    private readonly UploadBudget.Lease _lease = new(budget);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = [];
    private bool _lent;

    /// <summary>Bytes collected.</summary>
    public int Length { get; private set; }

    /// <summary>Adds a chunk.</summary>
    /// <returns>Null, or why the upload cannot go on.</returns>
    public RpcStatus? Append(ReadOnlySpan<byte> chunk)
    {
        var length = (long)Length + chunk.Length;
        if (length > budget.MaxImageBytes)
        {
            return budget.TooLarge(field, length);
        }

        if (length > _buffer.Length && !TryGrow((int)length))
        {
            return budget.Exhausted();
        }

        chunk.CopyTo(_buffer.AsSpan(Length));
        _hash.AppendData(chunk);
        Length = (int)length;
        return null;
    }

    /// <summary>SHA-256 of everything collected, 64 lower-case hexadecimal digits. Call once, at the end.</summary>
    public string Sha256() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <summary>Lends the bytes to the encoder; until <see cref="Return"/> they stay out of the pool.</summary>
    public ReadOnlyMemory<byte> Lend()
    {
        _lent = true;
        return _buffer.AsMemory(0, Length);
    }

    /// <summary>
    /// The encoder is done with the bytes. Not to be called when waiting for it was given up: an encoding that other
    /// callers wait for may still read them, and the garbage collector frees the buffer in its time.
    /// </summary>
    public void Return() => _lent = false;

    public void Dispose()
    {
        if (!_lent && _buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _lease.Dispose();
        _hash.Dispose();
    }

    private bool TryGrow(int length)
    {
        var size = (int)Math.Min(Math.Max(Math.Max(2L * _buffer.Length, length), Smallest), budget.MaxImageBytes);
        if (!_lease.TryGrow(size - Math.Min(size, _buffer.Length)))
        {
            return false;
        }

        var larger = ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(0, Length).CopyTo(larger);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = larger;
        return true;
    }
}
