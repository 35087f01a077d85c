using Microsoft.Extensions.Options;
using Segmentation.Common.Budgets;

namespace Segmentation.Encoder.Receiving;

/// <summary>
/// Bytes of image files that may be in this process at once, over all calls. A call is charged for the memory that it
/// has taken, not for what it announces, and the tenants share (<see cref="ByteBudget"/>): gateways send for all of
/// them over the same connections, so each call counts as a connection of its own.
/// </summary>
internal sealed class ReceiveBudget(IOptions<ReceivingOptions> options)
{
    private readonly ByteBudget _budget = new(options.Value.MaxBytesInFlight);
    private long _calls;

    /// <summary>Bytes held now.</summary>
    public long Held => _budget.Held;

    /// <summary>Opens the lease of a call, which holds nothing yet.</summary>
    /// <param name="tenant">The tenant whose image it is.</param>
    /// <param name="announced">Bytes that will come.</param>
    /// <returns>Null when so many bytes have no room now: nothing needs to be sent.</returns>
    public BudgetLease? TryOpen(string tenant, long announced) =>
        announced > _budget.Limit - _budget.Held
            ? null
            : _budget.Open(tenant, Interlocked.Increment(ref _calls).ToString("x", null));
}
