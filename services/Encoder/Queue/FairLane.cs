namespace Segmentation.Encoder.Queue;

/// <summary>
/// Work that waits, fair between tenants by the time it takes (self-clocked fair queueing, Golestani 1994): the next is
/// that which would end first if all tenants were served side by side, so a cheap image of one tenant passes the dear
/// ones of another. Within a tenant the order is that of <see cref="Turn"/>. Not safe for concurrent use.
/// </summary>
internal sealed class FairLane
{
    private readonly Dictionary<string, Tenant> _tenants = [];

    // The time up to which those have been served that were served last, in seconds of work.
    private double _clock;

    /// <summary>Work that waits.</summary>
    public int Count { get; private set; }

    /// <summary>Expected time of all that waits, in seconds.</summary>
    public double Seconds => _tenants.Values.Sum(tenant => tenant.Seconds);

    /// <summary>Adds work whose turn has been set.</summary>
    public void Add(EncodeJob job)
    {
        if (!_tenants.TryGetValue(job.Tenant, out var tenant))
        {
            _tenants.Add(job.Tenant, tenant = new Tenant());
        }

        if (tenant.Waiting.Count == 0)
        {
            tenant.Start = Math.Max(tenant.Start, _clock);
        }

        tenant.Waiting.Add(job.Turn, job);
        tenant.Seconds += job.Turn.Seconds;
        Count++;
    }

    /// <summary>Takes work out wherever it stands; false when it is not here.</summary>
    public bool Remove(EncodeJob job)
    {
        if (!_tenants.TryGetValue(job.Tenant, out var tenant) || !tenant.Waiting.Remove(job.Turn))
        {
            return false;
        }

        tenant.Seconds -= job.Turn.Seconds;
        Count--;
        Forget();
        return true;
    }

    /// <summary>Finds the work that is next; null when there is none.</summary>
    /// <param name="canBegin">False for work that has to wait for something else.</param>
    public EncodeJob? Next(Func<EncodeJob, bool> canBegin)
    {
        EncodeJob? next = null;
        var end = double.PositiveInfinity;
        foreach (var tenant in _tenants.Values)
        {
            if (tenant.Waiting.Values.FirstOrDefault(canBegin) is { } first && tenant.Start + first.Turn.Seconds < end)
            {
                (next, end) = (first, tenant.Start + first.Turn.Seconds);
            }
        }

        return next;
    }

    /// <summary>Takes work that is here and charges its tenant.</summary>
    public void Take(EncodeJob job)
    {
        var tenant = _tenants[job.Tenant];
        tenant.Start += job.Turn.Seconds;
        _clock = Math.Max(_clock, tenant.Start);
        Remove(job);
    }

    /// <summary>Charges a tenant for work that took longer than expected; nothing is paid back.</summary>
    /// <param name="name">The tenant.</param>
    /// <param name="seconds">The difference.</param>
    public void Charge(string name, double seconds)
    {
        // While nobody waits nobody has to stand back.
        if (Count == 0 || seconds <= 0)
        {
            return;
        }

        if (!_tenants.TryGetValue(name, out var tenant))
        {
            _tenants.Add(name, tenant = new Tenant { Start = _clock });
        }

        tenant.Start += seconds;
    }

    /// <summary>Expected time that passes before work of a tenant begins, in seconds.</summary>
    /// <param name="name">The tenant.</param>
    /// <param name="seconds">What its work would take.</param>
    public double Wait(string name, double seconds)
    {
        var own = _tenants.TryGetValue(name, out var tenant) ? tenant.Seconds : 0;
        return own + _tenants.Sum(other => other.Key == name ? 0 : Math.Min(other.Value.Seconds, own + seconds));
    }

    /// <summary>Work of a tenant that waits.</summary>
    public int CountOf(string name) => _tenants.TryGetValue(name, out var tenant) ? tenant.Waiting.Count : 0;

    /// <summary>The newest work of the tenant with most of it; null when nothing waits.</summary>
    public EncodeJob? NewestOfLongest() =>
        Count == 0 ? null : _tenants.Values.MaxBy(t => t.Waiting.Count)!.Waiting.Values.MaxBy(w => w.Turn.Number);

    // A tenant with nothing waiting and no debt is forgotten, and later starts at the lane's clock like a new one.
    private void Forget()
    {
        foreach (var (name, tenant) in _tenants)
        {
            if (tenant.Waiting.Count == 0 && (Count == 0 || tenant.Start <= _clock))
            {
                _tenants.Remove(name);
            }
        }
    }

    private sealed class Tenant
    {
        public SortedDictionary<Turn, EncodeJob> Waiting { get; } = [];

        /// <summary>The time up to which it has been served, on the lane's clock.</summary>
        public double Start { get; set; }

        public double Seconds { get; set; }
    }
}

/// <summary>The place of work among that of its tenant.</summary>
/// <param name="Place">Seconds of the tier's clock; the smallest comes first.</param>
/// <param name="Number">How many came before: of two with one place the first comes first.</param>
/// <param name="Seconds">Time that it is expected to take of the tier.</param>
internal readonly record struct Turn(double Place, long Number, double Seconds) : IComparable<Turn>
{
    public int CompareTo(Turn other) => (Place, Number).CompareTo((other.Place, other.Number));
}
