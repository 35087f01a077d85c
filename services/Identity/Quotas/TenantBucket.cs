namespace Segmentation.Identity.Quotas;

/// <summary>
/// A tenant's units in one gateway. Charging waits for nobody: units come from the shared bucket in advance, as many as
/// the tenant has lately asked for, and what was spent beyond them is settled there afterwards.
/// </summary>
internal sealed class TenantBucket
{
    /// <summary>Part of the burst that a gateway spends of a tenant it has not seen, before it has asked the store.</summary>
    private const double Advance = 0.25;

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private double _held;
    private double _spent;
    private double _asked;
    private long _filled;
    private long _lastAsked;
    private int _gateways;
    private bool _isAlone;

    /// <param name="quota">The tenant's figures.</param>
    /// <param name="isAlone">No store is there: the bucket fills by itself.</param>
    /// <param name="gateways">Gateways among which the quota is shared while no store is there; 1 or more.</param>
    /// <param name="clock">The clock.</param>
    public TenantBucket(Quota quota, bool isAlone, int gateways, TimeProvider clock)
    {
        (Quota, _isAlone, _gateways, _clock) = (quota, isAlone, gateways, clock);
        _filled = _lastAsked = clock.GetTimestamp();

        // With a store, spent before it is taken: the first click of a day waits for no store either.
        _held = isAlone ? quota.Burst / gateways : quota.Burst * Advance;
        _spent = isAlone ? 0 : _held;
    }

    /// <summary>The tenant's figures.</summary>
    public Quota Quota { get; private set; }

    /// <summary>
    /// Whether nothing was asked for so long that a new bucket would be the same: units are back in the store, or this
    /// bucket is full.
    /// </summary>
    public bool IsIdle(TimeSpan least)
    {
        lock (_gate)
        {
            Fill();
            return _clock.GetElapsedTime(_lastAsked) >= least && (!_isAlone || _held >= Quota.Burst / _gateways);
        }
    }

    /// <summary>Charges work.</summary>
    /// <param name="units">Units; more than the burst are charged as soon as the burst is there, and owed.</param>
    /// <returns>Null when it was charged; otherwise the time after which it may be.</returns>
    public TimeSpan? Charge(double units)
    {
        lock (_gate)
        {
            Fill();
            _lastAsked = _clock.GetTimestamp();
            var needed = Math.Min(units, Quota.Burst);
            _asked += units;
            if (_held >= needed)
            {
                _held -= units;
                return null;
            }

            var seconds = (needed - _held) / (Quota.UnitsPerSecond / _gateways);
            return TimeSpan.FromSeconds(Math.Clamp(seconds, 0.05, 60));
        }
    }

    /// <summary>Other figures from now on.</summary>
    public void Change(Quota quota)
    {
        lock (_gate)
        {
            Quota = quota;
            _held = Math.Min(_held, quota.Burst);
        }
    }

    /// <summary>
    /// What to ask the store for now; <see cref="Granted"/> or <see cref="Refused"/> follows.
    /// </summary>
    public (double Spent, double Wanted) Ask()
    {
        lock (_gate)
        {
            // Half more than was asked for in the last period, and never more than a second's or the burst.
            var most = Math.Max(Quota.UnitsPerSecond, Quota.Burst * Advance);
            var target = Math.Min(_asked * 1.5, most);
            var spent = _spent;
            (_asked, _spent) = (0, 0);
            return (spent, Math.Max(0, target - _held));
        }
    }

    /// <summary>The store has answered.</summary>
    public void Granted(QuotaGrant grant)
    {
        lock (_gate)
        {
            (_isAlone, _gateways) = (false, Math.Max(1, grant.Gateways));
            _held += grant.Units;
        }
    }

    /// <summary>The store has taken nothing: what was spent is settled another time.</summary>
    public void Refused(double spent)
    {
        lock (_gate)
        {
            _spent += spent;
        }
    }

    /// <summary>
    /// The store does not answer: the bucket fills by itself with this gateway's share, until the store answers again.
    /// </summary>
    public void Alone()
    {
        lock (_gate)
        {
            if (!_isAlone)
            {
                (_isAlone, _filled) = (true, _clock.GetTimestamp());
            }
        }
    }

    /// <summary>Takes all that is left, for the store to have it back.</summary>
    /// <returns>Units below 0 to be given as spent; those that are owed are above.</returns>
    public double Return()
    {
        lock (_gate)
        {
            var rest = _spent - _held;
            (_held, _spent) = (0, 0);
            return rest;
        }
    }

    private void Fill()
    {
        if (!_isAlone)
        {
            return;
        }

        var now = _clock.GetTimestamp();
        var units = _clock.GetElapsedTime(_filled, now).TotalSeconds * Quota.UnitsPerSecond / _gateways;
        (_held, _filled) = (Math.Min(Quota.Burst / _gateways, _held + units), now);
    }
}
