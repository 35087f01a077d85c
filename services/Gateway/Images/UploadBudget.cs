using Microsoft.Extensions.Options;
using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.Images;

/// <summary>Bytes of images that may be in this process at once, over all calls.</summary>
internal sealed class UploadBudget(IOptions<UploadOptions> options)
{
    private long _reserved;

    /// <summary>Largest single image in bytes.</summary>
    public int MaxImageBytes => options.Value.MaxImageBytes;

    /// <summary>Bytes reserved now.</summary>
    public long Reserved => Interlocked.Read(ref _reserved);

    /// <summary>Reserves bytes until the lease is disposed; null when the budget is used up.</summary>
    public Lease? TryReserve(long bytes)
    {
        var lease = new Lease(this);
        return lease.TryGrow(bytes) ? lease : null;
    }

    /// <summary>The answer to an upload that found no room.</summary>
    public RpcStatus Exhausted() => Problem.TryLater(
        StatusCode.ResourceExhausted,
        "UPLOADS_IN_FLIGHT",
        $"{options.Value.MaxBytesInFlight} bytes of uploads are in flight. Try again after the delay in RetryInfo.",
        options.Value.RetryAfter);

    /// <summary>The answer to an image over the size limit.</summary>
    public RpcStatus TooLarge(string field, long bytes) => Problem.Invalid(
        field, $"{bytes} bytes are over the limit of {MaxImageBytes} bytes an image.", "IMAGE_TOO_LARGE");

    /// <summary>A share of the budget.</summary>
    internal sealed class Lease(UploadBudget budget) : IDisposable
    {
        private long _bytes;

        /// <summary>Takes more; false, and nothing taken, when there is no room.</summary>
        public bool TryGrow(long bytes)
        {
            if (Interlocked.Add(ref budget._reserved, bytes) > budget.Limit)
            {
                Interlocked.Add(ref budget._reserved, -bytes);
                return false;
            }

            _bytes += bytes;
            return true;
        }

        public void Dispose() => Interlocked.Add(ref budget._reserved, -Interlocked.Exchange(ref _bytes, 0));
    }

    private long Limit => options.Value.MaxBytesInFlight;
}
