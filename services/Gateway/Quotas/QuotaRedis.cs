using Microsoft.Extensions.Options;
using Segmentation.Embeddings.Redis;
using Segmentation.Identity.Quotas;
using Segmentation.Redis;
using StackExchange.Redis;

namespace Segmentation.Gateway.Quotas;

/// <summary>
/// The buckets that all gateways share, in the Redis of embeddings, which may evict: whoever loses a bucket begins with a
/// full one. The connection is one of its own, so that no settlement waits behind an embedding.
/// </summary>
internal sealed class QuotaRedis : IQuotaStore, IAsyncDisposable
{
    private readonly Lazy<Task<ConnectionMultiplexer>> _connection;
    private readonly RedisQuotaStore _store;

    public QuotaRedis(IOptions<RedisOptions> options, RedisAccess access, TimeProvider clock)
    {
        _connection = new(() => RedisLine.ConnectAsync(options.Value, access, "quotas"));
        var gateway = Guid.NewGuid().ToString("N");
        _store = new(async _ => (await _connection.Value).GetDatabase(), gateway, clock, options.Value.Timeout);
    }

    public Task<QuotaGrant?> TakeAsync(
        string account, Quota quota, QuotaClaim claim, CancellationToken cancellationToken) =>
        _store.TakeAsync(account, quota, claim, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_connection.IsValueCreated)
        {
            await (await _connection.Value).DisposeAsync();
        }
    }
}
