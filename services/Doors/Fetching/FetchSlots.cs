namespace Segmentation.Doors.Fetching;

/// <summary>Bounds the fetches at a time, of all tenants and of each. Safe for concurrent use.</summary>
/// <param name="limit">Of all, positive.</param>
/// <param name="perTenant">Of one tenant, positive.</param>
internal sealed class FetchSlots(int limit, int perTenant)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _tenants = new(StringComparer.Ordinal);
    private int _taken;

    /// <summary>Takes a slot; dispose of it. Null when there is none.</summary>
    public IDisposable? TryTake(string tenant)
    {
        lock (_gate)
        {
            var ofTenant = _tenants.GetValueOrDefault(tenant);
            if (_taken >= limit || ofTenant >= perTenant)
            {
                return null;
            }

            _taken++;
            _tenants[tenant] = ofTenant + 1;
            return new Slot(this, tenant);
        }
    }

    private void Return(string tenant)
    {
        lock (_gate)
        {
            _taken--;
            if (--_tenants[tenant] == 0)
            {
                _tenants.Remove(tenant);
            }
        }
    }

    private sealed class Slot(FetchSlots slots, string tenant) : IDisposable
    {
        public void Dispose() => slots.Return(tenant);
    }
}
