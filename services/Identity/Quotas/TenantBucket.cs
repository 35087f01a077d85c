namespace Segmentation.Identity.Quotas;

/// <summary>
/// An account's units in one gateway. Charging waits for nobody: units come from the shared bucket in advance, as many
/// as have lately been asked for; beyond them this gateway's share of what the shared bucket held at the last
/// settlement may be spent, which is settled afterwards. Safe for concurrent use.
/// </summary>
internal sealed class TenantBucket
{
    /// <summary>
    /// Gateways that are assumed to spend from the shared bucket in advance, at least: a gateway hears of another one
    /// only after both have settled.
    /// </summary>
    private const int LeastGateways = 4;

    /// <summary>Part of the burst that is held at most, where that is more than a second's units.</summary>
    private const double MostHeld = 0.25;

    /// <summary>Shortest and longest wait that a refusal names, in seconds.</summary>
    private const double ShortestWait = 0.05;
    private const double LongestWait = 60;

    /// <summary>A bucket counts as full from this part of the burst on: sums of fractions are seldom whole.</summary>
    private const double Full = 0.9999;
    private const double Rounding = 1e-6;

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private double _held;
    private double _spent;
    private double _used;
    private double _asked;
    private double _needed;
    private double _left;
    private double _usedToday;
    private long _leftAt;
    private long _filled;
    private long _idleSince;
    private int _gateways;
    private bool _isAlone;
    private bool _isForgotten;

    /// <summary>True when the store has told its bucket since the last charge.</summary>
    private bool _isConfirmed;

    /// <param name="account">The account.</param>
    /// <param name="isAlone">The store does not answer: the bucket fills by itself.</param>
    /// <param name="gateways">
    /// Gateways among which the quota is shared while the store does not answer; 1 or more.
    /// </param>
    /// <param name="clock">The clock.</param>
    public TenantBucket(QuotaAccount account, bool isAlone, int gateways, TimeProvider clock)
    {
        (Name, Quota, _isAlone, _clock) = (account.Name, account.Quota, isAlone, clock);
        _gateways = gateways;
        _filled = _idleSince = _leftAt = clock.GetTimestamp();

        // With a store, the first click of a day waits for no settlement either: the bucket is most likely full.
        (_held, _left) = isAlone ? (account.Quota.Burst / gateways, 0.0) : (0.0, account.Quota.Burst);
    }

    /// <summary>The account's name in the store.</summary>
    public string Name { get; }

    /// <summary>The account's figures.</summary>
    public Quota Quota { get; private set; }

    /// <summary>Charges work.</summary>
    /// <param name="quota">The figures from now on.</param>
    /// <param name="units">Units; more than the burst are charged as soon as the burst is there, and owed.</param>
    /// <param name="isTrial">Nothing is charged: only the wait is told.</param>
    /// <param name="wait">Time after which it may be charged; null when it was.</param>
    /// <returns>False when the bucket was forgotten, and nothing was charged.</returns>
    public bool TryCharge(Quota quota, double units, bool isTrial, out TimeSpan? wait)
    {
        lock (_gate)
        {
            wait = null;
            if (_isForgotten)
            {
                return false;
            }

            if (Quota != quota)
            {
                Change(quota);
            }

            var now = _clock.GetTimestamp();
            Fill(now);
            (_idleSince, _isConfirmed) = (Math.Max(_idleSince, now), false);
            var needed = Math.Min(units, Quota.Burst);
            var credit = Credit(now);
            if (_held + credit < needed - Rounding)
            {
                _needed = Math.Max(_needed, needed);
                wait = WaitFor(needed, now);

                // Whoever waits as told finds the units here that came meanwhile.
                _idleSince = Math.Max(_idleSince, now + (long)(wait.Value.TotalSeconds * _clock.TimestampFrequency));
            }
            else if (!isTrial)
            {
                Take(units);
            }

            _asked += isTrial ? 0 : units;
            return true;
        }
    }

    /// <summary>Gives units of work back that was not done.</summary>
    public void GiveBack(double units)
    {
        lock (_gate)
        {
            _held += units;
            _used -= units;
        }
    }

    /// <summary>Units that may be spent now, as far as this gateway knows, and those used today.</summary>
    public QuotaState Look()
    {
        lock (_gate)
        {
            var now = _clock.GetTimestamp();
            Fill(now);
            var units = _held + (_isAlone ? 0 : Level(now) - _spent);
            return new(Math.Clamp(units, 0, Quota.Burst), Math.Max(0, _usedToday + _used));
        }
    }

    /// <summary>Units that this gateway has in advance (owed below 0), and work that it has not settled yet.</summary>
    public (double Held, double Used) Own()
    {
        lock (_gate)
        {
            return (_held - _spent, _used);
        }
    }

    /// <summary>
    /// Makes the claim to settle with the store now, or null when there is nothing to settle; <see cref="Granted"/> or
    /// <see cref="Refused"/> follows.
    /// </summary>
    /// <param name="idle">Time without work after which all units go back.</param>
    public QuotaClaim? Ask(TimeSpan idle)
    {
        lock (_gate)
        {
            var now = _clock.GetTimestamp();
            if (IsIdle(idle, now))
            {
                return AskIdle(now);
            }

            // Half more than was asked for lately, up to a second's or a part of the burst; or what somebody waits for.
            var most = Math.Max(Quota.UnitsPerSecond, Quota.Burst * MostHeld);
            var target = Math.Max(Math.Min(_asked * 1.5, most), _needed);
            var claim = new QuotaClaim(_spent, Math.Max(0, target - _held), _used);
            (_asked, _spent, _used) = (0, 0, 0);
            return claim.IsEmpty && !_isAlone ? null : claim;
        }
    }

    /// <summary>The store has answered.</summary>
    public void Granted(QuotaGrant grant)
    {
        lock (_gate)
        {
            (_isAlone, _gateways) = (false, Math.Max(1, grant.Gateways));
            _held += grant.Units;
            (_left, _leftAt) = (grant.Left, _clock.GetTimestamp());
            _isConfirmed = true;
            _usedToday = grant.UsedToday;
        }
    }

    /// <summary>The store has taken nothing: the claim is settled another time.</summary>
    public void Refused(QuotaClaim claim)
    {
        lock (_gate)
        {
            _spent += claim.Spent;
            _used += claim.Used;
        }
    }

    /// <summary>
    /// The store does not answer: the bucket fills by itself with this gateway's share, until the store answers again.
    /// </summary>
    /// <param name="gateways">
    /// Gateways among which the quota is shared; null: as many as lately took units of it.
    /// </param>
    public void Alone(int? gateways)
    {
        lock (_gate)
        {
            if (!_isAlone)
            {
                (_isAlone, _filled) = (true, _clock.GetTimestamp());
                _gateways = gateways ?? _gateways;
            }
        }
    }

    /// <summary>
    /// Forgets the bucket when nothing was asked for so long that a new one would be the same: nothing is to be
    /// settled, and the shared bucket is full, or this one while the store does not answer.
    /// </summary>
    /// <returns>Whether it is forgotten: nothing can be charged from then on.</returns>
    public bool TryForget(TimeSpan idle)
    {
        lock (_gate)
        {
            var now = _clock.GetTimestamp();
            Fill(now);
            var isFull = _isAlone
                ? _held >= Full * Quota.Burst / _gateways
                : _held == 0 && _spent == 0 && _used == 0 && _isConfirmed && _left >= Full * Quota.Burst;
            return _isForgotten = isFull && IsIdle(idle, now);
        }
    }

    private bool IsIdle(TimeSpan idle, long now) => _clock.GetElapsedTime(_idleSince, now) >= idle;

    // All units once; afterwards nothing, until the shared bucket should be full: what others have taken from it
    // meanwhile decides whether this one may be forgotten.
    private QuotaClaim? AskIdle(long now)
    {
        (_asked, _needed) = (0, 0);
        if (_isAlone)
        {
            return null;
        }

        var rest = Return();
        return !rest.IsEmpty || Level(now) >= Full * Quota.Burst ? rest : null;
    }

    /// <summary>Takes all that is left, for the store to have it back.</summary>
    public QuotaClaim Return()
    {
        lock (_gate)
        {
            var claim = new QuotaClaim(_spent - _held, 0, _used);
            (_held, _spent, _used) = (0, 0, 0);
            return claim;
        }
    }

    private void Take(double units)
    {
        _used += units;
        _needed = 0;
        if (_isAlone || _held >= units)
        {
            _held -= units;
            return;
        }

        _spent += units - _held;
        _held = 0;
    }

    // Units that may be spent before they are taken from the store: this gateway's share of what was left there, less
    // those that were spent since.
    private double Credit(long now) => _isAlone
        ? 0
        : Math.Max(0, (Math.Max(0, Level(now)) / Math.Max(LeastGateways, _gateways)) - _spent);

    /// <summary>Units of the shared bucket now, if nobody else has taken any since the last settlement.</summary>
    private double Level(long now) => Math.Min(
        Quota.Burst, _left + (_clock.GetElapsedTime(_leftAt, now).TotalSeconds * Quota.UnitsPerSecond));

    private TimeSpan WaitFor(double needed, long now)
    {
        var missing = needed - _held - (_isAlone ? 0 : Level(now) - _spent);
        var seconds = _isAlone ? missing * _gateways / Quota.UnitsPerSecond
            : missing <= 0 ? 2 * QuotaLedger.Period.TotalSeconds
            : (missing / Quota.UnitsPerSecond) + QuotaLedger.Period.TotalSeconds;
        return TimeSpan.FromSeconds(Math.Clamp(seconds, ShortestWait, LongestWait));
    }

    private void Change(Quota quota)
    {
        Quota = quota;
        (_held, _left) = (Math.Min(_held, quota.Burst), Math.Min(_left, quota.Burst));
    }

    private void Fill(long now)
    {
        if (!_isAlone)
        {
            return;
        }

        var units = _clock.GetElapsedTime(_filled, now).TotalSeconds * Quota.UnitsPerSecond / _gateways;
        (_held, _filled) = (Math.Min(Quota.Burst / _gateways, _held + units), now);
    }
}
