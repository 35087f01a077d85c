using Microsoft.Extensions.Options;
using Segmentation.Embeddings.Storage;
using StackExchange.Redis;

namespace Segmentation.Embeddings.Redis;

/// <summary>
/// Embeddings in Redis, Valkey or Garnet, under <c>segmentation:embedding:</c> and their key. Only commands that all
/// three have: GETRANGE, GET, SET, PEXPIRE, DEL.
/// </summary>
internal sealed class RedisEmbeddingStore(
    RedisConnections redis, EmbeddingMetrics metrics, IOptions<EmbeddingStoreOptions> options) : IEmbeddingStore
{
    private const string Prefix = "segmentation:embedding:";

    private readonly RedisConnections _redis = redis;
    private readonly TimeSpan _expiry = options.Value.SlidingExpiration;
    private readonly EmbeddingEncoding _encoding = options.Value.Encoding;

    public bool IsAvailable => _redis.IsAvailable;

    public async ValueTask<EmbeddingInfo?> GetInfoAsync(EmbeddingKey key, CancellationToken cancellationToken)
    {
        var name = NameOf(key);
        var reply = await _redis.AskAsync(
            StoreOperation.GetInfo, RedisChannel.Commands, redis => ReadHeaderAsync(redis, name), cancellationToken);
        if (!reply.IsAvailable)
        {
            return null;
        }

        var header = ((byte[]?)reply.Value)!;
        var result = header.Length == 0 ? default : EmbeddingCodec.DecodeHeader(header);
        await RemoveDamagedAsync(name, header.Length, result.Status, cancellationToken);
        metrics.Read(EmbeddingMetrics.Info, result.Value is not null);
        return result.Value;
    }

    public async ValueTask<Embedding?> GetAsync(EmbeddingKey key, CancellationToken cancellationToken)
    {
        var name = NameOf(key);
        var reply = await _redis.AskAsync(
            StoreOperation.Get, RedisChannel.Values, redis => ReadValueAsync(redis, name), cancellationToken);
        if (!reply.IsAvailable)
        {
            return null;
        }

        var bytes = reply.Value!;
        var result = bytes.Length == 0 ? default : EmbeddingCodec.Decode(bytes);
        await RemoveDamagedAsync(name, bytes.Length, result.Status, cancellationToken);
        metrics.Read(EmbeddingMetrics.Values, result.Value is not null);
        metrics.Moved(EmbeddingMetrics.FromRedis, bytes.Length);
        return result.Value;
    }

    public async ValueTask<bool> PutAsync(
        EmbeddingKey key, Embedding embedding, CancellationToken cancellationToken)
    {
        var bytes = EmbeddingCodec.Encode(embedding, _encoding);
        var reply = await _redis.AskAsync(
            StoreOperation.Put, RedisChannel.Values, redis => redis.StringSetAsync(NameOf(key), bytes, _expiry), cancellationToken);
        if (!reply.Value)
        {
            return false;
        }

        metrics.Moved(EmbeddingMetrics.ToRedis, bytes.Length);
        return true;
    }

    public async ValueTask<bool> RemoveAsync(EmbeddingKey key, CancellationToken cancellationToken)
    {
        var reply = await _redis.AskAsync(
            StoreOperation.Remove, RedisChannel.Commands, redis => redis.KeyDeleteAsync(NameOf(key)), cancellationToken);
        return reply.Value;
    }

    private static RedisKey NameOf(EmbeddingKey key) => Prefix + key;

    // Both commands leave together; expiring what is not there does nothing.
    private async Task<byte[]> ReadHeaderAsync(IDatabase redis, RedisKey name)
    {
        var header = redis.StringGetRangeAsync(name, 0, EmbeddingCodec.HeaderSize - 1);
        await Task.WhenAll(header, redis.KeyExpireAsync(name, _expiry)).ConfigureAwait(false);
        return await header.ConfigureAwait(false) is { IsNull: false } bytes ? (byte[])bytes! : [];
    }

    // A lease is read into pooled memory, four times as fast as a value of two megabytes; an embedding outlives it.
    private async Task<byte[]> ReadValueAsync(IDatabase redis, RedisKey name)
    {
        var value = redis.StringGetLeaseAsync(name);
        await Task.WhenAll(value, redis.KeyExpireAsync(name, _expiry)).ConfigureAwait(false);
        using var lease = await value.ConfigureAwait(false);
        return lease is null ? [] : lease.Memory.ToArray();
    }

    private async ValueTask RemoveDamagedAsync(
        RedisKey name, int length, CodecStatus status, CancellationToken cancellationToken)
    {
        if (length > 0 && status == CodecStatus.Damaged)
        {
            metrics.Damaged();
            await _redis.AskAsync(
                StoreOperation.Remove, RedisChannel.Commands, redis => redis.KeyDeleteAsync(name), cancellationToken);
        }
    }
}
