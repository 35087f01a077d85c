using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Segmentation.Identity.Quotas;

/// <summary>
/// Charges tenants for work in one gateway, and settles with the store that all gateways share ten times a second, in the
/// background. A tenant whose gateways together are asked for more than its quota gets its quota: within what they hold
/// in advance, at most a second's units each.
/// </summary>
public sealed partial class QuotaLedger : IAsyncDisposable
{
    /// <summary>Time between two settlements.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>A tenant that has asked for nothing for so long is forgotten, and its units go back to the store.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, TenantBucket> _buckets = new(StringComparer.Ordinal);
    private readonly IQuotaStore? _store;
    private readonly TimeProvider _clock;
    private readonly ILogger<QuotaLedger> _logger;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _ends = new();
    private Task _settling = Task.CompletedTask;
    private bool _isAlone;
    private int _gateways = 1;

    /// <param name="store">The store that all gateways share; null for a gateway that is alone.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">Gets a line when the store does not answer, and one when it does again.</param>
    public QuotaLedger(IQuotaStore? store, TimeProvider clock, ILogger<QuotaLedger> logger)
    {
        ArgumentNullException.ThrowIfNull(clock);
        (_store, _clock, _logger) = (store, clock, logger);
        _isAlone = store is null;
        _timer = clock.CreateTimer(_ => Begin(), null, Period, Period);
    }

    /// <summary>True without a store, or while it does not answer: this gateway allows its share by itself.</summary>
    public bool IsAlone => Volatile.Read(ref _isAlone);

    /// <summary>Tenants that units are held for.</summary>
    public int Tenants => _buckets.Count;

    /// <summary>Charges a tenant. Waits for nothing.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="quota">Its figures.</param>
    /// <param name="units">Units of work; 0 or more.</param>
    /// <returns>Null when the work may be done; otherwise the time after which it may be tried again.</returns>
    public TimeSpan? Charge(string tenant, Quota quota, double units)
    {
        while (true)
        {
            var bucket = _buckets.GetOrAdd(
                tenant,
                static (_, made) => new(made.quota, made.Ledger.IsAlone, made.Ledger._gateways, made.Ledger._clock),
                (quota, Ledger: this));
            if (bucket.Quota != quota)
            {
                bucket.Change(quota);
            }

            var wait = bucket.Charge(units);

            // One that was forgotten meanwhile would not be settled.
            if (_buckets.TryGetValue(tenant, out var current) && current == bucket)
            {
                return wait;
            }
        }
    }

    /// <summary>Gives all units back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _settling;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), _clock);
        foreach (var (tenant, bucket) in _buckets)
        {
            await ReturnAsync(tenant, bucket, patience.Token);
        }

        await _ends.CancelAsync();
        _ends.Dispose();
    }

    /// <summary>Settles all tenants once.</summary>
    internal async Task SettleAsync()
    {
        foreach (var (tenant, bucket) in _buckets)
        {
            if (bucket.IsIdle(Idle) && _buckets.TryRemove(new(tenant, bucket)))
            {
                await ReturnAsync(tenant, bucket, _ends.Token);
                continue;
            }

            if (_store is null)
            {
                continue;
            }

            var (spent, wanted) = bucket.Ask();
            if (spent == 0 && wanted == 0 && !IsAlone)
            {
                continue;
            }

            try
            {
                if (await _store.TakeAsync(tenant, bucket.Quota, spent, wanted, _ends.Token) is { } grant)
                {
                    bucket.Granted(grant);
                    _gateways = Math.Max(1, grant.Gateways);
                }
                else
                {
                    bucket.Refused(spent);
                }

                if (IsAlone)
                {
                    Volatile.Write(ref _isAlone, false);
                    Together(_logger);
                }
            }
            catch (QuotaStoreException error)
            {
                bucket.Refused(spent);
                LeaveAlone(error.Message);
                return;
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning,
        "Quotas are not settled with the other gateways: {reason} Each gateway allows its share of a tenant's quota.")]
    private static partial void Alone(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Information, "Quotas are settled with the other gateways again.")]
    private static partial void Together(ILogger logger);

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
            bucket.Alone();
        }

        if (!IsAlone)
        {
            Volatile.Write(ref _isAlone, true);
            Alone(_logger, reason);
        }
    }

    private async Task ReturnAsync(string tenant, TenantBucket bucket, CancellationToken cancellationToken)
    {
        var rest = bucket.Return();
        if (_store is null || rest == 0)
        {
            return;
        }

        try
        {
            await _store.TakeAsync(tenant, bucket.Quota, rest, 0, cancellationToken);
        }
        catch (Exception error) when (error is QuotaStoreException or OperationCanceledException)
        {
            // The tenant has the less of them, or the more, until its bucket is full again.
        }
    }
}
