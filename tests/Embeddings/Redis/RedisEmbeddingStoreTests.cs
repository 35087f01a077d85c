using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Segmentation.Tests.Shared;
using StackExchange.Redis;

namespace Segmentation.Embeddings.Tests.Redis;

/// <summary>On real servers, each of its own.</summary>
public sealed class RedisEmbeddingStoreTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Servers => [RedisServer.Redis, RedisServer.Garnet];

    [Theory, MemberData(nameof(Servers))]
    public async Task GetAsync_WhatWasPut_IsTheSame(string program)
    {
        await using var redis = await RedisFixture.StartAsync(program);
        var embedding = Samples.Embedding();

        Assert.True(await redis.Store.PutAsync(Samples.Key(1), embedding, Cancel));

        var read = await redis.Store.GetAsync(Samples.Key(1), Cancel);
        Assert.Equal(embedding.Info, read!.Info);
        Assert.True(embedding.Float16.Span.SequenceEqual(read.Float16.Span));
        Assert.Equal(embedding.Info, await redis.Store.GetInfoAsync(Samples.Key(1), Cancel));
        Assert.Null(await redis.Store.GetAsync(Samples.Key(1, "other"), Cancel));
        Assert.Null(await redis.Store.GetInfoAsync(Samples.Key(2), Cancel));
        Assert.True(await redis.Store.RemoveAsync(Samples.Key(1), Cancel));
        Assert.False(await redis.Store.RemoveAsync(Samples.Key(1), Cancel));
        Assert.Null(await redis.Store.GetAsync(Samples.Key(1), Cancel));
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task PutAsync_InEightBits_HalfTheBytesAndReadByAll(string program)
    {
        await using var server = await RedisServer.StartAsync(program, Cancel);
        using var eight = RedisFixture.CreateHost(
            ("Redis:Cache", server.ConnectionString), ("Embeddings:Encoding", "Int8"));
        using var sixteen = RedisFixture.CreateHost(("Redis:Cache", server.ConnectionString));
        var random = new Random(5);
        var embedding = Embedding.FromSingle(
            Samples.Embedding().Info,
            Enumerable.Range(0, Embedding.Length).Select(_ => random.NextSingle() - 0.5f).ToArray());

        Assert.True(await eight.Services.GetRequiredService<IEmbeddingStore>()
            .PutAsync(Samples.Key(1), embedding, Cancel));

        await using var direct = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        Assert.InRange(await direct.GetDatabase().StringLengthAsync(NameOf(Samples.Key(1))), 1_000_000, 1_100_000);
        var read = await sixteen.Services.GetRequiredService<IEmbeddingStore>().GetAsync(Samples.Key(1), Cancel);
        Assert.Equal(embedding.Info, read!.Info);
        Assert.True(LargestDifference(embedding, read) <= LargestValue(embedding) / 127);

        static float LargestValue(Embedding embedding) => Values(embedding).Max(Math.Abs);

        static float LargestDifference(Embedding a, Embedding b) =>
            Values(a).Zip(Values(b), (x, y) => Math.Abs(x - y)).Max();

        static float[] Values(Embedding embedding)
        {
            var values = new float[Embedding.Length];
            embedding.CopyTo(values);
            return values;
        }
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Read_EitherWay_SlidesTheExpiry(string program)
    {
        await using var redis = await RedisFixture.StartAsync(program);
        await using var direct = await redis.ConnectAsync();
        await redis.Store.PutAsync(Samples.Key(1), Samples.Embedding(), Cancel);
        var database = direct.GetDatabase();
        await AgeAsync();

        await redis.Store.GetInfoAsync(Samples.Key(1), Cancel);
        Assert.InRange(await LeftAsync(), TimeSpan.FromHours(23), TimeSpan.FromHours(24));

        await AgeAsync();
        await redis.Store.GetAsync(Samples.Key(1), Cancel);
        Assert.InRange(await LeftAsync(), TimeSpan.FromHours(23), TimeSpan.FromHours(24));

        async Task AgeAsync() => Assert.True(
            await database.KeyExpireAsync(NameOf(Samples.Key(1)), TimeSpan.FromMinutes(1)));

        async Task<TimeSpan> LeftAsync() => (await database.KeyTimeToLiveAsync(NameOf(Samples.Key(1))))!.Value;
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Read_DamagedValue_IsMissingAndRemoved(string program)
    {
        await using var redis = await RedisFixture.StartAsync(program);
        await using var direct = await redis.ConnectAsync();
        var database = direct.GetDatabase();
        foreach (var key in new[] { Samples.Key(1), Samples.Key(2) })
        {
            await redis.Store.PutAsync(key, Samples.Embedding(), Cancel);
        }

        await database.StringSetRangeAsync(NameOf(Samples.Key(1)), 1_000_000, "damaged");
        await database.StringSetRangeAsync(NameOf(Samples.Key(2)), 20, "damaged");

        Assert.NotNull(await redis.Store.GetInfoAsync(Samples.Key(1), Cancel));
        Assert.Null(await redis.Store.GetAsync(Samples.Key(1), Cancel));
        Assert.Null(await redis.Store.GetInfoAsync(Samples.Key(2), Cancel));
        Assert.False(await database.KeyExistsAsync(NameOf(Samples.Key(1))));
        Assert.False(await database.KeyExistsAsync(NameOf(Samples.Key(2))));
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Outage_ServerKilledAndRestartedEmpty_AnswersThroughoutAndHeals(string program)
    {
        await using var redis = await RedisFixture.StartAsync(program);
        await redis.Store.PutAsync(Samples.Key(1), Samples.Embedding(), Cancel);
        Assert.Equal(HealthStatus.Healthy, await redis.Health());

        await redis.Server.KillAsync();

        var start = TimeProvider.System.GetTimestamp();
        Assert.Null(await redis.Store.GetAsync(Samples.Key(1), Cancel));
        Assert.Null(await redis.Store.GetInfoAsync(Samples.Key(1), Cancel));
        Assert.False(await redis.Store.PutAsync(Samples.Key(1), Samples.Embedding(), Cancel));
        Assert.False(await redis.Store.RemoveAsync(Samples.Key(1), Cancel));
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(HealthStatus.Degraded, await redis.Health());

        await redis.Server.StartAsync(Cancel);

        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await redis.Store.PutAsync(Samples.Key(1), Samples.Embedding(2), Cancel)
            || await redis.Health() != HealthStatus.Healthy)
        {
            await tick.WaitForNextTickAsync(Cancel);
        }

        Assert.NotNull(await redis.Store.GetAsync(Samples.Key(1), Cancel));
    }

    [Fact]
    public async Task Start_NoServer_StartsDegradedAndAnswers()
    {
        using var host = RedisFixture.CreateHost(("Redis:Cache", "127.0.0.1:1"), ("Redis:Timeout", "00:00:00.200"));
        await host.StartAsync(Cancel);
        var store = host.Services.GetRequiredService<IEmbeddingStore>();

        Assert.Null(await store.GetInfoAsync(Samples.Key(1), Cancel));
        Assert.False(await store.PutAsync(Samples.Key(1), Samples.Embedding(), Cancel));
        Assert.Equal(HealthStatus.Degraded, await RedisFixture.HealthOf(host));
    }

    [Theory]
    [InlineData("Cache", "redis,nonsense=1")]
    [InlineData("Timeout", "00:00:00")]
    public async Task Start_InvalidOption_NamesItself(string name, string value)
    {
        (string, string)[] options = name == "Cache"
            ? [("Redis:Cache", value)]
            : [("Redis:Cache", "redis:6379"), ($"Redis:{name}", value)];
        using var host = RedisFixture.CreateHost(options);

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancel));

        Assert.Contains($"Segmentation:Redis:{name} ", error.Message, StringComparison.Ordinal);
    }

    private static RedisKey NameOf(EmbeddingKey key) => $"segmentation:embedding:{key}";
}
