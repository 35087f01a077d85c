using System.Text.Json;
using Segmentation.Clustering;
using Segmentation.Common.Configuration;
using Segmentation.Embeddings.Redis;
using Segmentation.Redis;
using StackExchange.Redis;

namespace Segmentation.Gateway.Scaling;

/// <summary>
/// The board in the Redis that knows the cluster's members. Keys begin with <c>segmentation-scaling:{cluster}</c>:
/// <c>:gateways</c> is the set of gateways, <c>:work:ID</c> what one of them has as JSON, <c>:measured</c> a hash of
/// seconds by a model's digest, and of a start as <c>start</c>.
/// </summary>
internal sealed class RedisWorkBoard : IWorkBoard, IAsyncDisposable
{
    /// <summary>A gateway that was not heard of for so long has ended.</summary>
    private static readonly TimeSpan _memory = TimeSpan.FromSeconds(15);

    /// <summary>Measured times outlive every encoder: the next one may be started after a long holiday.</summary>
    private static readonly TimeSpan _measuredMemory = TimeSpan.FromDays(90);

    private const string Start = "start";

    private readonly string _gateway = Guid.NewGuid().ToString("N");
    private readonly RedisKey _gateways;
    private readonly RedisKey _measured;
    private readonly string _prefix;
    private readonly Lazy<Task<ConnectionMultiplexer>> _connection;

    public RedisWorkBoard(IConfiguration configuration, RedisAccess access)
    {
        // The braces keep all keys in one slot of a Redis cluster.
        _prefix = $"segmentation-scaling:{{{ClusterId.Of(configuration)}}}";
        (_gateways, _measured) = ($"{_prefix}:gateways", $"{_prefix}:measured");
        var options = new RedisOptions { Cache = configuration[RedisCluster.ConnectionKey] ?? "" };
        _connection = new(() => RedisLine.ConnectAsync(options, access, "scaling"));
    }

    public Task ShowAsync(WorkReport own) => TryAsync(async redis =>
    {
        var batch = redis.CreateBatch();
        List<Task> done =
        [
            batch.SetAddAsync(_gateways, _gateway),
            batch.KeyExpireAsync(_gateways, _measuredMemory),
            batch.StringSetAsync(KeyOf(_gateway), JsonSerializer.SerializeToUtf8Bytes(own.Work), _memory),
        ];
        HashEntry[] measured = [.. own.ImageSeconds.Select(time => new HashEntry(time.Key, time.Value))];
        if (own.StartSeconds is { } start)
        {
            measured = [.. measured, new HashEntry(Start, start)];
        }

        if (measured.Length > 0)
        {
            done.Add(batch.HashSetAsync(_measured, measured));
            done.Add(batch.KeyExpireAsync(_measured, _measuredMemory));
        }

        batch.Execute();
        await Task.WhenAll(done);
        return true;
    });

    public Task<WorkReport> ReadOthersAsync() => TryAsync(async redis =>
    {
        var measuring = redis.HashGetAllAsync(_measured);
        var gateways = (await redis.SetMembersAsync(_gateways)).Where(gateway => gateway != _gateway).ToArray();
        var works = await redis.StringGetAsync([.. gateways.Select(gateway => KeyOf(gateway!))]);
        RedisValue[] ended = [.. gateways.Where((_, i) => works[i].IsNull)];
        if (ended.Length > 0)
        {
            await redis.SetRemoveAsync(_gateways, ended);
        }

        var work = works.Where(value => !value.IsNull).SelectMany(Parse).GroupBy(model => model.Key)
            .ToDictionary(model => model.Key, model => model.Sum(gateway => gateway.Value));
        var measured = (await measuring).ToDictionary(entry => entry.Name.ToString(), entry => (double)entry.Value);
        double? start = measured.Remove(Start, out var seconds) ? seconds : null;
        return new WorkReport(work, measured, start);
    });

    public Task LeaveAsync() => TryAsync(async redis =>
    {
        await redis.KeyDeleteAsync(KeyOf(_gateway));
        return await redis.SetRemoveAsync(_gateways, _gateway);
    });

    public async ValueTask DisposeAsync()
    {
        if (_connection.IsValueCreated)
        {
            await (await _connection.Value).DisposeAsync();
        }
    }

    private static Dictionary<string, double> Parse(RedisValue json) =>
        JsonSerializer.Deserialize<Dictionary<string, double>>((byte[])json!) ?? [];

    private RedisKey KeyOf(string gateway) => $"{_prefix}:work:{gateway}";

    private async Task<T> TryAsync<T>(Func<IDatabase, Task<T>> call)
    {
        try
        {
            return await call((await _connection.Value).GetDatabase());
        }
        catch (Exception error) when (error is RedisException or TimeoutException or JsonException or InvalidCastException)
        {
            throw new WorkBoardException(error.Message, error);
        }
    }
}
