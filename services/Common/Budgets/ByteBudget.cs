namespace Segmentation.Common.Budgets;

/// <summary>
/// A bounded amount of bytes that tenants and their connections share. Who holds little borrows what nobody else uses,
/// and who holds much is refused before the last byte is gone (dynamic thresholds, Choudhury and Hahne 1998): a tenant
/// may hold four times as much as is free, a connection as much as is free and a third of what its tenant may still
/// take. One connection so takes at most a half, one tenant four fifths, and whoever comes next always finds room, also
/// beside others of the same tenant. Safe for concurrent use.
/// </summary>
public sealed class ByteBudget
{
    /// <summary>A tenant may hold this many times what is free.</summary>
    private const long TenantShare = 4;

    /// <summary>A connection may hold this part of what its tenant may still take.</summary>
    private const long ConnectionShare = 3;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _tenants = [];
    private readonly Dictionary<(string Tenant, string Connection), long> _connections = [];
    private readonly Dictionary<object, long> _requests = [];
    private readonly TenantBytes? _ofTenants;
    private long _held;

    /// <param name="limit">Bytes that all leases may hold together, positive.</param>
    /// <param name="ofTenants">Bytes of each tenant over several budgets; null: each is counted here alone.</param>
    public ByteBudget(long limit, TenantBytes? ofTenants = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        (Limit, _ofTenants) = (limit, ofTenants);
    }

    /// <summary>Bytes that all leases may hold together.</summary>
    public long Limit { get; }

    /// <summary>Bytes held now.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>Called after bytes were given back.</summary>
    public Action? Freed { get; init; }

    /// <summary>
    /// Opens a lease that holds nothing yet and takes whatever is free: for budgets that nobody has to share.
    /// </summary>
    public BudgetLease Open() => new(this, null, "", null);

    /// <summary>Opens a lease that holds nothing yet and takes no more than its share.</summary>
    /// <param name="tenant">The tenant who is charged.</param>
    /// <param name="connection">One of the tenant's connections, or another name for one caller.</param>
    /// <param name="request">
    /// The request, where one has several leases; null: the lease is the request's only one.
    /// </param>
    public BudgetLease Open(string tenant, string connection, object? request = null)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        ArgumentNullException.ThrowIfNull(connection);
        return new BudgetLease(this, tenant, connection, request);
    }

    /// <summary>Charges a lease. A request that is alone may take everything.</summary>
    internal bool TryTake(BudgetLease lease, long bytes)
    {
        lock (_gate)
        {
            var free = Limit - _held - bytes;
            if (free < 0 || (lease.Tenant is { } tenant && !TryCharge(lease, tenant, bytes, free)))
            {
                return false;
            }

            Interlocked.Add(ref _held, bytes);
            return true;
        }
    }

    /// <summary>Gives bytes of a lease back.</summary>
    internal void Return(BudgetLease lease, long bytes)
    {
        lock (_gate)
        {
            Interlocked.Add(ref _held, -bytes);
            if (lease.Tenant is { } tenant)
            {
                _ofTenants?.Return(tenant, bytes);
                Lower(_tenants, tenant, bytes);
                Lower(_connections, (tenant, lease.Connection), bytes);
                Lower(_requests, lease.Request, bytes);
            }
        }

        Freed?.Invoke();
    }

    private bool TryCharge(BudgetLease lease, string tenant, long bytes, long free)
    {
        var connection = (tenant, lease.Connection);
        var tenantHolds = _tenants.GetValueOrDefault(tenant) + bytes;
        var connectionHolds = _connections.GetValueOrDefault(connection) + bytes;
        var tenantMay = (TenantShare * free) - tenantHolds;
        var requestHolds = _requests.GetValueOrDefault(lease.Request);
        var isAlone = _held == requestHolds;
        if (!isAlone && (connectionHolds > free || connectionHolds > tenantMay / ConnectionShare))
        {
            return false;
        }

        if (_ofTenants?.TryTake(tenant, bytes) == false)
        {
            return false;
        }

        _tenants[tenant] = tenantHolds;
        _connections[connection] = connectionHolds;
        _requests[lease.Request] = requestHolds + bytes;
        return true;
    }

    // Names of those who hold nothing are not kept: strangers choose them.
    private static void Lower<TKey>(Dictionary<TKey, long> held, TKey key, long bytes)
        where TKey : notnull
    {
        if ((held[key] -= bytes) == 0)
        {
            held.Remove(key);
        }
    }
}
