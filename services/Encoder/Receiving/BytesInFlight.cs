using Microsoft.Extensions.Options;

namespace Segmentation.Encoder.Receiving;

/// <summary>Bytes of image files that may be in this process at once, over all calls.</summary>
internal sealed class BytesInFlight(IOptions<ReceivingOptions> options)
{
    private readonly long _limit = options.Value.MaxBytesInFlight;
    private long _reserved;

    /// <summary>Bytes reserved now.</summary>
    public long Reserved => Interlocked.Read(ref _reserved);

    /// <summary>Reserves bytes until the lease is disposed; null when there is no room.</summary>
    public IDisposable? TryReserve(long bytes)
    {
        if (Interlocked.Add(ref _reserved, bytes) > _limit)
        {
            Interlocked.Add(ref _reserved, -bytes);
            return null;
        }

        return new Lease(this, bytes);
    }

    private sealed class Lease(BytesInFlight budget, long bytes) : IDisposable
    {
        private long _bytes = bytes;

        public void Dispose() => Interlocked.Add(ref budget._reserved, -Interlocked.Exchange(ref _bytes, 0));
    }
}
