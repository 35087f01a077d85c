using Segmentation.Common.Budgets;

namespace Segmentation.Gateway.Receiving;

/// <summary>
/// The part of an <see cref="UploadBudget"/> that one message or one file holds. Not safe for concurrent use.
/// </summary>
/// <param name="small">Charged for a small message.</param>
/// <param name="large">Charged for a large one.</param>
/// <param name="tenant">The tenant that is charged.</param>
/// <param name="connection">Over which connection.</param>
/// <param name="request">For which request; null where this is the only room of one.</param>
internal sealed class UploadReservation(
    ByteBudget small, ByteBudget large, string tenant, string connection, object? request) : IDisposable
{
    private BudgetLease? _lease;
    private bool _isLarge;

    /// <summary>Bytes held.</summary>
    public long Bytes => _lease?.Bytes ?? 0;

    /// <summary>Holds so many bytes from now on, more or fewer than before.</summary>
    /// <returns>False, and nothing changed, when there is no room for more.</returns>
    public bool TryResize(long bytes)
    {
        if (bytes <= Bytes)
        {
            _lease?.Shrink(Bytes - bytes);
            return true;
        }

        if (!_isLarge && bytes > UploadBudget.SmallBytes)
        {
            var lease = large.Open(tenant, connection, request);
            if (!lease.TryGrow(bytes))
            {
                return false;
            }

            _lease?.Dispose();
            (_lease, _isLarge) = (lease, true);
            return true;
        }

        _lease ??= small.Open(tenant, connection, request);
        return _lease.TryGrow(bytes - Bytes);
    }

    /// <summary>Releases all bytes.</summary>
    public void Dispose() => _lease?.Dispose();
}
