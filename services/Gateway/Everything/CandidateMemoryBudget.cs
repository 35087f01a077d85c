using Microsoft.Extensions.Options;
using Segmentation.Gateway.Errors;
using Segmentation.Masks.Everything;

namespace Segmentation.Gateway.Everything;

/// <summary>
/// Bound on the bytes of candidates that all searches of this process hold until their clients have them.
/// </summary>
internal sealed class CandidateMemoryBudget(IOptions<SearchOptions> options)
{
    // The objects around a mask's run lengths.
    private const int BytesAMask = 256;
    private long _held;

    /// <summary>Bytes held now.</summary>
    public long Held => Interlocked.Read(ref _held);

    private long Limit => options.Value.MaxFoundBytes;

    /// <summary>Opens a search's share of the budget, empty at first.</summary>
    public Share Open() => new(this);

    /// <summary>Makes the error of a search that found the budget exhausted.</summary>
    public RpcStatus Exhausted() => Problem.TryLater(
        StatusCode.ResourceExhausted,
        "EVERYTHING_FOUND_BYTES",
        $"The masks found by all searches take more than {options.Value.MaxFoundBytes} bytes. Try again after the "
            + "delay in RetryInfo, with fewer points or higher thresholds.",
        options.Value.RetryAfter);

    /// <summary>Bytes of one search; given back when it is disposed. Not safe for concurrent use.</summary>
    internal sealed class Share(CandidateMemoryBudget budget) : IDisposable
    {
        private long _bytes;

        /// <summary>Charges candidates.</summary>
        /// <returns>False, and nothing charged, if the budget does not suffice.</returns>
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
}
