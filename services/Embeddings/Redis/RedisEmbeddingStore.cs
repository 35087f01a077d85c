using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Segmentation.Embeddings.Storage;
using StackExchange.Redis;

namespace Segmentation.Embeddings.Redis;

/// <summary>
/// Embeddings in Redis, Valkey or Garnet, under <c>segmentation:embedding:</c> and their key; the second value of
/// models with several tensors under <see cref="OthersOf"/>. Only commands that all three have: GETRANGE, GET, SET,
/// PEXPIRE, DEL.
/// </summary>
internal sealed class RedisEmbeddingStore(
    RedisConnections redis, EmbeddingMetrics metrics, IOptions<EmbeddingStoreOptions> options) : IEmbeddingStore
{
    private const string Prefix = "segmentation:embedding:";

    private readonly RedisConnections _redis = redis;
    private readonly TimeSpan _expiry = options.Value.SlidingExpiration;
    private readonly EmbeddingEncoding _encoding = options.Value.Encoding;

    // By the model's digest, learned from the first embedding of each: models of one tensor are read by one command,
    // and of others both values are asked for at once.
    private readonly ConcurrentDictionary<string, bool> _hasOthers = [];

    public bool IsAvailable => _redis.IsAvailable;

    public async ValueTask<EmbeddingInfo?> GetInfoAsync(EmbeddingKey key, CancellationToken cancellationToken)
    {
        var reply = await _redis.AskAsync(
            StoreOperation.GetInfo, RedisChannel.Commands, redis => ReadHeaderAsync(redis, key), cancellationToken);
        if (!reply.IsAvailable)
        {
            return null;
        }

        var (header, hasSecond) = reply.Value;
        var result = header.Length == 0 ? default : EmbeddingCodec.DecodeHeader(header);
        var isHalf = result.Value is not null && Learn(key, header) && !hasSecond;
        await RemoveUnusableAsync(key, header.Length > 0, result.Status, isHalf, cancellationToken);
        var info = isHalf ? null : result.Value;
        metrics.Read(EmbeddingMetrics.Info, info is not null);
        return info;
    }

    public async ValueTask<Embedding?> GetAsync(EmbeddingKey key, CancellationToken cancellationToken)
    {
        var second = _hasOthers.GetValueOrDefault(key.ModelDigest)
            ? ReadAsync(OthersOf(key), RedisChannel.Others, cancellationToken)
            : null;
        using var first = await ReadAsync(NameOf(key), RedisChannel.Values, cancellationToken);
        if (second is null && first.HasOthers)
        {
            second = ReadAsync(OthersOf(key), RedisChannel.Others, cancellationToken);
        }

        using var others = second is null ? default(StoredValue) : await second;
        if (!first.IsAvailable || (first.HasOthers && !others.IsAvailable))
        {
            return null;
        }

        var result = first.Length == 0 ? default : Decode(first, others);
        if (result.Value is not null)
        {
            Learn(key, first.Memory.Span);
        }

        var isHalf = first.HasOthers && others.Length == 0;
        await RemoveUnusableAsync(key, first.Length > 0, result.Status, isHalf, cancellationToken);
        metrics.Read(EmbeddingMetrics.Values, result.Value is not null);
        metrics.Moved(EmbeddingMetrics.FromRedis, first.Length + others.Length);
        return result.Value;
    }

    public async ValueTask<bool> PutAsync(
        EmbeddingKey key, Embedding embedding, CancellationToken cancellationToken)
    {
        var stored = EmbeddingCodec.EncodeAll(embedding, _encoding);

        // The second value first: who sees the first one finds both.
        if (stored.Others is { } others
            && !await WriteAsync(OthersOf(key), RedisChannel.Others, others, cancellationToken))
        {
            return false;
        }

        return await WriteAsync(NameOf(key), RedisChannel.Values, stored.First, cancellationToken);
    }

    public async ValueTask<bool> RemoveAsync(EmbeddingKey key, CancellationToken cancellationToken)
    {
        var reply = await _redis.AskAsync(
            StoreOperation.Remove, RedisChannel.Commands, redis => redis.KeyDeleteAsync(NamesOf(key)), cancellationToken);
        return reply.Value > 0;
    }

    private static RedisKey NameOf(EmbeddingKey key) => Prefix + key;

    /// <summary>
    /// Redis key of the second value. In a Redis cluster the braces put it into the slot of the first value's key, so
    /// that both can be deleted by one command.
    /// </summary>
    internal static string OthersOf(EmbeddingKey key) => $"{Prefix}others:{{{Prefix}{key}}}";

    private static RedisKey[] NamesOf(EmbeddingKey key) => [NameOf(key), OthersOf(key)];

    // A lease is read into pooled memory, four times as fast as a value of two megabytes. An embedding outlives it; of
    // two values the codec makes one, in memory of its own.
    private static CodecResult<Embedding> Decode(StoredValue first, StoredValue others) => first.HasOthers
        ? EmbeddingCodec.Decode(first.Memory, others.Memory)
        : EmbeddingCodec.Decode(first.Memory.ToArray());

    // The commands leave together; expiring what is not there does nothing, and says so.
    private async Task<(byte[] Header, bool HasSecond)> ReadHeaderAsync(IDatabase redis, EmbeddingKey key)
    {
        var name = NameOf(key);
        var header = redis.StringGetRangeAsync(name, 0, EmbeddingCodec.HeaderSize - 1);
        var second = _hasOthers.GetValueOrDefault(key.ModelDigest, true)
            ? redis.KeyExpireAsync(OthersOf(key), _expiry)
            : Task.FromResult(false);
        await Task.WhenAll(header, redis.KeyExpireAsync(name, _expiry), second).ConfigureAwait(false);
        var bytes = await header.ConfigureAwait(false) is { IsNull: false } read ? (byte[])read! : Array.Empty<byte>();
        return (bytes, await second.ConfigureAwait(false));
    }

    private async Task<StoredValue> ReadAsync(RedisKey name, RedisChannel line, CancellationToken cancellationToken)
    {
        var reply = await _redis.AskAsync(StoreOperation.Get, line, redis => ReadAsync(redis, name), cancellationToken);
        return new StoredValue(reply.IsAvailable, reply.Value);
    }

    private async Task<Lease<byte>?> ReadAsync(IDatabase redis, RedisKey name)
    {
        var value = redis.StringGetLeaseAsync(name);
        await Task.WhenAll(value, redis.KeyExpireAsync(name, _expiry)).ConfigureAwait(false);
        return await value.ConfigureAwait(false);
    }

    private async ValueTask<bool> WriteAsync(
        RedisKey name, RedisChannel line, byte[] bytes, CancellationToken cancellationToken)
    {
        var reply = await _redis.AskAsync(
            StoreOperation.Put, line, redis => redis.StringSetAsync(name, bytes, _expiry), cancellationToken);
        if (reply.Value)
        {
            metrics.Moved(EmbeddingMetrics.ToRedis, bytes.Length);
        }

        return reply.Value;
    }

    private bool Learn(EmbeddingKey key, ReadOnlySpan<byte> header)
    {
        var hasOthers = EmbeddingCodec.HasOthers(header);
        _hasOthers[key.ModelDigest] = hasOthers;
        return hasOthers;
    }

    // An embedding of which a half was evicted would count as held, and could never be read.
    private async ValueTask RemoveUnusableAsync(
        EmbeddingKey key, bool isThere, CodecStatus status, bool isHalf, CancellationToken cancellationToken)
    {
        if (!isThere || (status != CodecStatus.Damaged && !isHalf))
        {
            return;
        }

        if (!isHalf)
        {
            metrics.Damaged();
        }

        await _redis.AskAsync(
            StoreOperation.Remove, RedisChannel.Commands, redis => redis.KeyDeleteAsync(NamesOf(key)), cancellationToken);
    }
}
