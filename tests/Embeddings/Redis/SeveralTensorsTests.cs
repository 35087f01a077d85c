using Microsoft.Extensions.DependencyInjection;
using Segmentation.Embeddings.Redis;
using Segmentation.Tests.Shared;
using StackExchange.Redis;

namespace Segmentation.Embeddings.Tests.Redis;

/// <summary>Embeddings of two values, on real servers.</summary>
public sealed class SeveralTensorsTests
{
    private static readonly EmbeddingKey _key = Samples.WideKey(1);
    private static readonly RedisKey _first = $"segmentation:embedding:{_key}";
    private static readonly RedisKey _second = $"segmentation:embedding:others:{{segmentation:embedding:{_key}}}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Servers => [RedisServer.Redis, RedisServer.Garnet];

    [Theory, MemberData(nameof(Servers))]
    public async Task GetAsync_WhatWasPut_IsTheSameInEveryProcess(string program)
    {
        await using var redis = await RedisFixture.StartAsync(program);
        using var other = RedisFixture.CreateHost(("Redis:Cache", redis.Server.ConnectionString));
        var reader = other.Services.GetRequiredService<IEmbeddingStore>();
        await using var direct = await redis.ConnectAsync();
        var embedding = Samples.WideEmbedding();

        Assert.True(await redis.Store.PutAsync(_key, embedding, Cancel));

        foreach (var store in new[] { redis.Store, reader, reader })
        {
            var read = await store.GetAsync(_key, Cancel);
            Assert.Equal(embedding.Info, read!.Info);
            Assert.True(embedding.Float16.Span.SequenceEqual(read.Float16.Span));
            Assert.Equal(embedding.Info, await store.GetInfoAsync(_key, Cancel));
        }

        Assert.True(await redis.Store.RemoveAsync(_key, Cancel));
        Assert.False(await direct.GetDatabase().KeyExistsAsync(_first));
        Assert.False(await direct.GetDatabase().KeyExistsAsync(_second));
        Assert.False(await redis.Store.RemoveAsync(_key, Cancel));
        Assert.Null(await redis.Store.GetAsync(_key, Cancel));
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Read_SecondValueEvicted_IsMissingBothWaysAndTheFirstIsRemoved(string program)
    {
        await using var redis = await RedisFixture.StartAsync(program);
        await using var direct = await redis.ConnectAsync();
        var database = direct.GetDatabase();
        foreach (var read in new Func<Task<bool>>[]
            {
                async () => await redis.Store.GetInfoAsync(_key, Cancel) is null,
                async () => await redis.Store.GetAsync(_key, Cancel) is null,
            })
        {
            await redis.Store.PutAsync(_key, Samples.WideEmbedding(), Cancel);
            Assert.True(await database.KeyDeleteAsync(_second));

            Assert.True(await read());
            Assert.False(await database.KeyExistsAsync(_first));
        }
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task GetAsync_SecondValueDamagedOrOfAnotherWrite_IsMissingAndBothAreRemoved(string program)
    {
        await using var redis = await RedisFixture.StartAsync(program);
        await using var direct = await redis.ConnectAsync();
        var database = direct.GetDatabase();
        await redis.Store.PutAsync(_key, Samples.WideEmbedding(seed: 2), Cancel);
        var ofAnother = await database.StringGetAsync(_second);
        foreach (var damage in new Func<Task>[]
            {
                () => database.StringSetRangeAsync(_second, 20_000, "damaged"),
                () => database.StringSetAsync(_second, ofAnother),
            })
        {
            await redis.Store.PutAsync(_key, Samples.WideEmbedding(), Cancel);
            await damage();

            Assert.Null(await redis.Store.GetAsync(_key, Cancel));
            Assert.False(await database.KeyExistsAsync(_first));
            Assert.False(await database.KeyExistsAsync(_second));
        }
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Read_EitherWay_SlidesBothExpiries(string program)
    {
        await using var redis = await RedisFixture.StartAsync(program);
        await using var direct = await redis.ConnectAsync();
        var database = direct.GetDatabase();
        await redis.Store.PutAsync(_key, Samples.WideEmbedding(), Cancel);
        foreach (var read in new Func<Task>[]
            {
                async () => await redis.Store.GetInfoAsync(_key, Cancel),
                async () => await redis.Store.GetAsync(_key, Cancel),
            })
        {
            foreach (var name in new[] { _first, _second })
            {
                Assert.True(await database.KeyExpireAsync(name, TimeSpan.FromMinutes(1)));
            }

            await read();
            foreach (var name in new[] { _first, _second })
            {
                Assert.InRange(
                    (await database.KeyTimeToLiveAsync(name))!.Value, TimeSpan.FromHours(23), TimeSpan.FromHours(24));
            }
        }
    }

    [Fact]
    public async Task GetAsync_ValueOfAnEarlierVersion_IsRead()
    {
        await using var redis = await RedisFixture.StartAsync(RedisServer.Redis);
        await using var direct = await redis.ConnectAsync();
        var embedding = Samples.Embedding();
        await direct.GetDatabase().StringSetAsync(
            $"segmentation:embedding:{Samples.Key(1)}", Storage.EarlierVersion.Write(embedding));

        var read = await redis.Store.GetAsync(Samples.Key(1), Cancel);

        Assert.Equal(embedding.Info, read!.Info);
        Assert.True(embedding.Float16.Span.SequenceEqual(read.Float16.Span));
        Assert.Equal(embedding.Info, await redis.Store.GetInfoAsync(Samples.Key(1), Cancel));
    }

    [Fact]
    public void OthersOf_AKey_IsInTheSlotOfTheFirstValue()
    {
        // A cluster hashes what is between the first braces, and a name without braces as a whole.
        var name = RedisEmbeddingStore.OthersOf(_key);
        var hashed = name[(name.IndexOf('{', StringComparison.Ordinal) + 1)..name.IndexOf('}', StringComparison.Ordinal)];
        Assert.Equal(_first.ToString(), hashed);
    }
}
