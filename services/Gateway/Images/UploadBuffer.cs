using System.Security.Cryptography;
using Segmentation.Gateway.Receiving;

namespace Segmentation.Gateway.Images;

/// <summary>Collects an upload's chunks and hashes them on the way; the bytes are charged to a reservation.</summary>
/// <param name="budget">Limits an image, and makes the answer where its bytes exceed the budget.</param>
/// <param name="reservation">The reservation that is charged.</param>
/// <param name="field">The field that the bytes came in, for violations.</param>
internal sealed class UploadBuffer(UploadBudget budget, UploadReservation reservation, string field) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ReceivedBytes _bytes = new(reservation.TryResize);

    /// <summary>Bytes collected.</summary>
    public int Length => _bytes.Length;

    /// <summary>Adds a chunk.</summary>
    /// <returns>Null, or why the upload cannot go on.</returns>
    public RpcStatus? Append(ReadOnlySpan<byte> chunk)
    {
        var length = (long)Length + chunk.Length;
        if (length > budget.MaxImageBytes)
        {
            return budget.TooLarge(field, length);
        }

        if (!_bytes.TryAppend(chunk))
        {
            return budget.Exhausted();
        }

        _hash.AppendData(chunk);
        return null;
    }

    /// <summary>SHA-256 of everything collected, 64 lower-case hexadecimal digits. Call once, at the end.</summary>
    public string Sha256() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <summary>
    /// The file, in memory of its own: an encoding that other callers wait for may read it after this one has gone.
    /// Call once, at the end.
    /// </summary>
    public ReadOnlyMemory<byte> ToFile() => _bytes.ToArray();

    public void Dispose()
    {
        _bytes.Dispose();
        _hash.Dispose();
    }
}
