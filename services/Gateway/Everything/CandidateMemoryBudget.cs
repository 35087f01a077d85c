using Microsoft.Extensions.Options;
using Segmentation.Common.Budgets;
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
    private readonly ByteBudget _budget = new(options.Value.MaxFoundBytes);

    /// <summary>Bytes held now.</summary>
    public long Held => _budget.Held;

    /// <summary>Opens a search's share of the budget, empty at first.</summary>
    public Share Open() => new(_budget.Open());

    /// <summary>Makes the error of a search that found the budget exhausted.</summary>
    public RpcStatus Exhausted() => Problem.TryLater(
        StatusCode.ResourceExhausted,
        "EVERYTHING_FOUND_BYTES",
        $"The masks found by all searches take more than {options.Value.MaxFoundBytes} bytes. Try again after the "
            + "delay in RetryInfo, with fewer points or higher thresholds.",
        options.Value.RetryAfter);

    /// <summary>Bytes of one search; given back when it is disposed. Not safe for concurrent use.</summary>
    internal sealed class Share(BudgetLease lease) : IDisposable
    {
        /// <summary>Charges candidates.</summary>
        /// <returns>False, and nothing charged, if the budget does not suffice.</returns>
        public bool TryAdd(IReadOnlyCollection<MaskCandidate> candidates)
        {
            var bytes = candidates.Sum(c => BytesAMask + (long)c.RunLengths.AsSpan().Length * sizeof(uint));
            return lease.TryGrow(bytes);
        }

        public void Dispose() => lease.Dispose();
    }
}
