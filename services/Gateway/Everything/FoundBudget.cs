using Microsoft.Extensions.Options;
using Segmentation.Gateway.Errors;
using Segmentation.Masks.Everything;

namespace Segmentation.Gateway.Everything;

/// <summary>Bytes of masks that the searches of this process hold together until their clients have them.</summary>
internal sealed class FoundBudget(IOptions<SearchOptions> options)
{
    // The objects around a mask's run lengths.
    private const int BytesAMask = 256;
    private long _held;

    /// <summary>Bytes held now.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>A search's share, nothing at first.</summary>
    public Share Open() => new(this);

    /// <summary>The answer to a search that found no room.</summary>
    public RpcStatus Exhausted() => Problem.TryLater(
        StatusCode.ResourceExhausted,
        "EVERYTHING_FOUND_BYTES",
        $"The masks found by all searches take more than {options.Value.MaxFoundBytes} bytes. Try again after the delay "
            + "in RetryInfo, with fewer points or higher thresholds.",
        options.Value.RetryAfter);

    /// <summary>What one search holds. Not safe for concurrent use.</summary>
    internal sealed class Share(FoundBudget budget) : IDisposable
    {
        private long _bytes;

        /// <summary>Takes room for masks; false, and nothing taken, when there is none.</summary>
        public bool TryAdd(IReadOnlyCollection<MaskCandidate> candidates)
        {
            var bytes = candidates.Sum(c => BytesAMask + (long)c.RunLengths.AsSpan().Length * sizeof(uint));
            if (Interlocked.Add(ref budget._held, bytes) > budget.Limit)
            {
                Interlocked.Add(ref budget._held, -bytes);
                return false;
            }

            _bytes += bytes;
            return true;
        }

        public void Dispose() => Interlocked.Add(ref budget._held, -Interlocked.Exchange(ref _bytes, 0));
    }

    private long Limit => options.Value.MaxFoundBytes;
}
