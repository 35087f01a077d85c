using System.Security.Cryptography;
using Segmentation.Gateway.Receiving;

namespace Segmentation.Gateway.Images;

/// <summary>Collects an upload's chunks and hashes them on the way; what is collected is charged to a room.</summary>
/// <param name="budget">What limits an image, and answers where there is no room.</param>
/// <param name="room">What is charged.</param>
/// <param name="field">What the bytes came in, for violations.</param>
internal sealed class UploadBuffer(UploadBudget budget, UploadReservation room, string field) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ReceivedBytes _bytes = new(room.TryResize);

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
