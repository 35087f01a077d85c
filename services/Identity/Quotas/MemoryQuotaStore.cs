namespace Segmentation.Identity.Quotas;

/// <summary>
/// Buckets of a gateway that is alone, in memory. Safe for concurrent use.
/// </summary>
/// <param name="clock">The clock.</param>
public sealed class MemoryQuotaStore(TimeProvider clock) : IQuotaStore
{
    /// <summary>Accounts above which those are forgotten whose buckets are full and who did nothing today.</summary>
    private const int Many = 10_000;

    /// <summary>The only gateway.</summary>
    private const string Self = "self";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (SharedBucket Bucket, Quota Quota)> _buckets = new(StringComparer.Ordinal);
    private int _nextSweep = Many;

    /// <inheritdoc/>
    public Task<QuotaGrant?> TakeAsync(
        string account, Quota quota, QuotaClaim claim, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            var before = _buckets.TryGetValue(account, out var found) ? found.Bucket : SharedBucket.Full(quota, now);
            var (after, grant) = before.Take(Self, quota, claim, now);
            _buckets[account] = (after, quota);
            if (_buckets.Count > _nextSweep)
            {
                Sweep(now);
            }

            return Task.FromResult<QuotaGrant?>(grant);
        }
    }

    private void Sweep(DateTimeOffset now)
    {
        foreach (var (account, (bucket, quota)) in _buckets)
        {
            if (bucket.IsFull(quota, now) && bucket.UsedOn(now) == 0)
            {
                _buckets.Remove(account);
            }
        }

        // As many again, so that accounts which cannot be forgotten are not looked at each time.
        _nextSweep = Math.Max(Many, 2 * _buckets.Count);
    }
}
