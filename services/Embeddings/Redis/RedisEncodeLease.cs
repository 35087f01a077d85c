using Segmentation.Embeddings.Leasing;
using Segmentation.Embeddings.Storage;
using StackExchange.Redis;

namespace Segmentation.Embeddings.Redis;

/// <summary>
/// A key with a token and a short life, <c>segmentation:encoding:</c> and the embedding's key: SET NX PX takes it, its
/// holder extends it while it encodes, and both extending and releasing first compare the token (WATCH and MULTI, which
/// Garnet has without Lua). A holder that dies stops extending, and the next to ask takes over.
/// </summary>
internal sealed class RedisEncodeLease(RedisConnections redis, TimeProvider clock) : IEncodeLease
{
    /// <summary>Time for which a lease outlives a holder that died.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(3);

    private const string Prefix = "segmentation:encoding:";
    private readonly RedisConnections _redis = redis;
    private readonly TimeProvider _clock = clock;

    public async ValueTask<IAsyncDisposable?> TryTakeAsync(EmbeddingKey key, CancellationToken cancellationToken)
    {
        RedisKey name = NameOf(key);
        RedisValue token = Guid.NewGuid().ToString("N");
        var reply = await _redis.AskAsync(
            StoreOperation.Lease, RedisChannel.Commands, redis => redis.LockTakeAsync(name, token, Lifetime), cancellationToken);
        return reply switch
        {
            { IsAvailable: false } => new NoLease(),
            { Value: true } => new Held(_redis, _clock, name, token),
            _ => null,
        };
    }

    /// <summary>Redis key of an embedding's lease.</summary>
    internal static string NameOf(EmbeddingKey key) => Prefix + key;

    private sealed class Held : IAsyncDisposable
    {
        private readonly RedisConnections _redis;
        private readonly RedisKey _name;
        private readonly RedisValue _token;
        private readonly PeriodicTimer _timer;
        private readonly Task _extending;

        public Held(RedisConnections redis, TimeProvider clock, RedisKey name, RedisValue token)
        {
            _redis = redis;
            _name = name;
            _token = token;
            _timer = new PeriodicTimer(Lifetime / 3, clock);
            _extending = ExtendAsync();
        }

        public async ValueTask DisposeAsync()
        {
            _timer.Dispose();
            await _extending.ConfigureAwait(false);
            await _redis.AskAsync(
                StoreOperation.Lease,
                RedisChannel.Commands,
                redis => redis.LockReleaseAsync(_name, _token),
                CancellationToken.None).ConfigureAwait(false);
        }

        private async Task ExtendAsync()
        {
            while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
            {
                await _redis.AskAsync(
                    StoreOperation.Lease,
                    RedisChannel.Commands,
                    redis => redis.LockExtendAsync(_name, _token, Lifetime),
                    CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
