using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Segmentation.Identity.Quotas;

/// <summary>
/// Charges accounts for work in one gateway, and settles with the store that all gateways share ten times a second, in the
/// background. An account whose gateways together are asked for more than its quota gets its quota: within what they hold
/// in advance, at most a second's units or a quarter of the burst each.
/// </summary>
public sealed partial class QuotaLedger : IAsyncDisposable
{
    /// <summary>Time between two settlements.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>Units of an account that has asked for nothing for so long go back to the store.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<QuotaAccount, TenantBucket> _buckets = new();
    private readonly IQuotaStore _store;
    private readonly int? _shares;
    private readonly TimeProvider _clock;
    private readonly ILogger<QuotaLedger> _logger;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _ends = new();
    private readonly Func<QuotaAccount, TenantBucket> _newBucket;
    private Task _settling = Task.CompletedTask;
    private bool _isAlone;
    private int _gateways = 1;

    /// <param name="store">The store that all gateways share.</param>
    /// <param name="shares">
    /// Gateways among which a quota is shared while the store does not answer; null: as many as lately took units.
    /// </param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">Gets a line when the store does not answer, and one when it does again.</param>
    public QuotaLedger(IQuotaStore store, int? shares, TimeProvider clock, ILogger<QuotaLedger> logger)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(clock);
        (_store, _shares, _clock, _logger) = (store, shares, clock, logger);
        _newBucket = account => new(account, IsAlone, _shares ?? _gateways, _clock);
        _timer = clock.CreateTimer(_ => Begin(), null, Period, Period);
    }

    /// <summary>True while the store does not answer and an account has units: this gateway allows its share by itself.</summary>
    public bool IsAlone => Volatile.Read(ref _isAlone);

    /// <summary>Accounts that units are held for.</summary>
    public int Accounts => _buckets.Count;

    /// <summary>Charges an account. Waits for nothing.</summary>
    /// <param name="account">The account.</param>
    /// <param name="units">Units of work; 0 or more.</param>
    /// <returns>Null when the work may be done; otherwise the time after which it may be tried again.</returns>
    public TimeSpan? Charge(QuotaAccount account, double units) => Charge(account, units, isTrial: false);

    /// <summary>The time after which an account could be charged; null: at once. Nothing is charged.</summary>
    /// <param name="account">The account.</param>
    /// <param name="units">Units of work; 0 or more.</param>
    public TimeSpan? WaitFor(QuotaAccount account, double units) => Charge(account, units, isTrial: true);

    /// <summary>Gives units of work back that was charged and not done.</summary>
    /// <param name="account">The account.</param>
    /// <param name="units">Units of work; 0 or more.</param>
    public void GiveBack(QuotaAccount account, double units)
    {
        if (units > 0 && _buckets.TryGetValue(account, out var bucket))
        {
            bucket.GiveBack(units);
        }
    }

    /// <summary>An account's units, as far as this gateway knows. Waits for nothing.</summary>
    /// <param name="account">The account.</param>
    public QuotaState Look(QuotaAccount account) =>
        _buckets.TryGetValue(account, out var bucket) ? bucket.Look() : new(account.Quota.Burst, 0);

    /// <summary>An account's units, as the store knows them: of all gateways, within a tenth of a second.</summary>
    /// <param name="account">The account.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <returns>What this gateway knows, while the store does not answer.</returns>
    public async Task<QuotaState> ReadAsync(QuotaAccount account, CancellationToken cancellationToken)
    {
        try
        {
            if (await _store.TakeAsync(account.Name, account.Quota, default, cancellationToken) is { } grant)
            {
                var (held, used) = _buckets.TryGetValue(account, out var bucket) ? bucket.Own() : default;
                return new(
                    Math.Clamp(grant.Left + held, 0, account.Quota.Burst), Math.Max(0, grant.UsedToday + used));
            }
        }
        catch (QuotaStoreException)
        {
            // The settlement says so in the log.
        }

        return Look(account);
    }

    /// <summary>Gives all units back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _settling;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), _clock);
        foreach (var (_, bucket) in _buckets)
        {
            await ReturnAsync(bucket, patience.Token);
        }

        await _ends.CancelAsync();
        _ends.Dispose();
    }

    /// <summary>Settles all accounts once.</summary>
    internal async Task SettleAsync()
    {
        foreach (var (account, bucket) in _buckets)
        {
            if (bucket.TryForget(Idle))
            {
                _buckets.TryRemove(new(account, bucket));
            }
            else if (bucket.Ask(Idle) is { } claim && !await SettleAsync(bucket, claim))
            {
                return;
            }
        }

        if (_buckets.IsEmpty)
        {
            // Nobody's quota is shared by guess any more, and nothing would ask the store.
            Volatile.Write(ref _isAlone, false);
        }
    }

    [LoggerMessage(1, LogLevel.Warning,
        "Quotas are not settled with the other gateways: {reason} Each gateway allows its share of a tenant's quota.")]
    private static partial void Alone(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Information, "Quotas are settled with the other gateways again.")]
    private static partial void Together(ILogger logger);

    private TimeSpan? Charge(QuotaAccount account, double units, bool isTrial)
    {
        while (true)
        {
            var bucket = _buckets.GetOrAdd(account, _newBucket);
            if (bucket.TryCharge(account.Quota, units, isTrial, out var wait))
            {
                return wait;
            }

            // Forgotten a moment ago; whoever forgot it may not have removed it yet.
            _buckets.TryRemove(new(account, bucket));
        }
    }

    /// <summary>Settles one account; false when the store does not answer.</summary>
    private async Task<bool> SettleAsync(TenantBucket bucket, QuotaClaim claim)
    {
        try
        {
            if (await _store.TakeAsync(bucket.Name, bucket.Quota, claim, _ends.Token) is { } grant)
            {
                bucket.Granted(grant);
                _gateways = Math.Max(1, grant.Gateways);
            }
            else
            {
                bucket.Refused(claim);
            }
        }
        catch (QuotaStoreException error)
        {
            bucket.Refused(claim);
            LeaveAlone(error.Message);
            return false;
        }

        if (IsAlone)
        {
            Volatile.Write(ref _isAlone, false);
            Together(_logger);
        }

        return true;
    }

    private void Begin()
    {
        if (_settling.IsCompleted)
        {
            _settling = SettleSafelyAsync();
        }
    }

    private async Task SettleSafelyAsync()
    {
        try
        {
            await SettleAsync();
        }
        catch (OperationCanceledException) when (_ends.IsCancellationRequested)
        {
            // The gateway ends.
        }
    }

    private void LeaveAlone(string reason)
    {
        foreach (var (_, bucket) in _buckets)
        {
            bucket.Alone(_shares);
        }

        if (!IsAlone)
        {
            Volatile.Write(ref _isAlone, true);
            Alone(_logger, reason);
        }
    }

    private async Task ReturnAsync(TenantBucket bucket, CancellationToken cancellationToken)
    {
        var rest = bucket.Return();
        if (rest.IsEmpty)
        {
            return;
        }

        try
        {
            await _store.TakeAsync(bucket.Name, bucket.Quota, rest, cancellationToken);
        }
        catch (Exception error) when (error is QuotaStoreException or OperationCanceledException)
        {
            // The tenant has the less of them, or the more, until its bucket is full again.
        }
    }
}
