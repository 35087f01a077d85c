using StackExchange.Redis;

namespace Segmentation.Identity.Quotas;

/// <summary>
/// Buckets in Redis, Valkey or Garnet, under <c>segmentation:quota:</c> and the account. A bucket is read, computed here, and
/// written if nobody has written it meanwhile: WATCH, GET, MULTI, SET, EXEC, which all three servers have; scripts are
/// switched off in some.
/// </summary>
/// <param name="database">The connection; asked for at each settlement.</param>
/// <param name="gateway">Name of this gateway, which no other one has; no ';' or '='.</param>
/// <param name="clock">The clock. Gateways' clocks may differ by less than a burst takes to refill.</param>
/// <param name="timeout">Longest wait for the server.</param>
public sealed class RedisQuotaStore(
    Func<CancellationToken, Task<IDatabase>> database, string gateway, TimeProvider clock, TimeSpan timeout) : IQuotaStore
{
    private const string Prefix = "segmentation:quota:";

    /// <summary>Attempts to write a bucket that others write, too; afterwards the next settlement tries again.</summary>
    private const int Attempts = 5;

    /// <inheritdoc/>
    public async Task<QuotaGrant?> TakeAsync(
        string account, Quota quota, QuotaClaim claim, CancellationToken cancellationToken)
    {
        try
        {
            var redis = await database(cancellationToken).WaitAsync(timeout, clock, cancellationToken);
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                var taken = TryTakeAsync(redis, Prefix + account, quota, claim);
                if (await taken.WaitAsync(timeout, clock, cancellationToken) is { } grant)
                {
                    return grant;
                }
            }

            return null;
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            throw new QuotaStoreException($"Redis does not answer ({error.GetType().Name}).", error);
        }
    }

    private async Task<QuotaGrant?> TryTakeAsync(IDatabase redis, RedisKey key, Quota quota, QuotaClaim claim)
    {
        var (before, now) = (await redis.StringGetAsync(key), clock.GetUtcNow());
        var (after, grant) = SharedBucket.Parse(before, quota, now).Take(gateway, quota, claim, now);
        var transaction = redis.CreateTransaction();
        transaction.AddCondition(
            before.IsNull ? Condition.KeyNotExists(key) : Condition.StringEqual(key, before));
        _ = transaction.StringSetAsync(key, after.ToString(), after.Lifetime(quota));
        return await transaction.ExecuteAsync() ? grant : null;
    }
}
