namespace Segmentation.Common.Budgets;

/// <summary>
/// Bytes that each tenant holds of several <see cref="ByteBudget"/>s together, and the most that it may hold. Safe for
/// concurrent use.
/// </summary>
/// <param name="limit">Bytes of one tenant, positive; null: no limit besides its share of each budget.</param>
public sealed class TenantBytes(long? limit)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _held = new(StringComparer.Ordinal);

    /// <summary>Bytes of one tenant; null: no limit besides its share of each budget.</summary>
    public long? Limit { get; } = limit;

    /// <summary>Bytes that a tenant holds now.</summary>
    public long HeldBy(string tenant)
    {
        lock (_gate)
        {
            return _held.GetValueOrDefault(tenant);
        }
    }

    /// <summary>Charges a tenant; false, and nothing charged, when it would hold more than it may.</summary>
    internal bool TryTake(string tenant, long bytes)
    {
        lock (_gate)
        {
            var held = _held.GetValueOrDefault(tenant) + bytes;
            if (held > Limit)
            {
                return false;
            }

            _held[tenant] = held;
            return true;
        }
    }

    /// <summary>Gives bytes of a tenant back.</summary>
    internal void Return(string tenant, long bytes)
    {
        lock (_gate)
        {
            // Names of those who hold nothing are not kept.
            if ((_held[tenant] -= bytes) == 0)
            {
                _held.Remove(tenant);
            }
        }
    }
}
