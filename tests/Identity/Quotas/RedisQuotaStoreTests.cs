using Microsoft.Extensions.Logging.Abstractions;
using Segmentation.Identity.Quotas;
using Segmentation.Tests.Shared;
using StackExchange.Redis;

namespace Segmentation.Identity.Tests.Quotas;

/// <summary>On real servers, each of its own.</summary>
public sealed class RedisQuotaStoreTests
{
    private static readonly Quota _quota = new(UnitsPerSecond: 0.001, Burst: 1_000);

    public static TheoryData<string> Servers => [RedisServer.Redis, RedisServer.Garnet];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Servers))]
    public async Task Take_ManyGatewaysAtOnce_GivesTheBurstOnce(string program)
    {
        await using var server = await RedisServer.StartAsync(program, Cancel);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);

        var given = await Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
        {
            var store = Store(connection, $"g{i}");
            var sum = 0.0;
            for (var n = 0; n < 200; n++)
            {
                sum += (await store.TakeAsync("acme", _quota, new(0, 3, 0), Cancel))?.Units ?? 0;
            }

            return sum;
        }));

        Assert.InRange(given.Sum(), 999, 1_001);
        Assert.Equal(4, (await Store(connection, "g0").TakeAsync("acme", _quota, new(0, 1, 0), Cancel))!.Value.Gateways);
        Assert.Equal(5, (await Store(connection, "g0").TakeAsync("other", _quota, new(0, 5, 0), Cancel))!.Value.Units);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Take_SpentAndGivenBack_AreSettled(string program)
    {
        await using var server = await RedisServer.StartAsync(program, Cancel);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var store = Store(connection, "g");

        Assert.Equal(0, (await store.TakeAsync("acme", _quota, new(1_500, 10, 0), Cancel))!.Value.Units);
        Assert.Equal(0, (await store.TakeAsync("acme", _quota, new(-400, 10, 0), Cancel))!.Value.Units);
        Assert.Equal(10, (await store.TakeAsync("acme", _quota, new(-300, 10, 0), Cancel))!.Value.Units);
        var left = await connection.GetDatabase().KeyTimeToLiveAsync("segmentation:quota:acme");
        Assert.InRange(left!.Value.TotalSeconds, 1_000, 2_000_000);
    }

    [Fact]
    public async Task Take_AnotherTextThere_BeginsAnew()
    {
        await using var server = await RedisServer.StartAsync(RedisServer.Any, Cancel);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        await connection.GetDatabase().StringSetAsync("segmentation:quota:acme", "none;of;ours=");

        Assert.Equal(7, (await Store(connection, "g").TakeAsync("acme", _quota, new(0, 7, 0), Cancel))!.Value.Units);
    }

    [Fact]
    public async Task Take_ServerGone_IsAQuotaStoreException()
    {
        await using var server = await RedisServer.StartAsync(RedisServer.Any, Cancel);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        await server.KillAsync();

        await Assert.ThrowsAsync<QuotaStoreException>(
            () => Store(connection, "g").TakeAsync("acme", _quota, new(0, 1, 0), Cancel));
    }

    [Fact]
    public async Task Charge_TwoLedgersOnOneServer_ShareTheBurst()
    {
        await using var server = await RedisServer.StartAsync(RedisServer.Any, Cancel);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        await using var one = Ledger(connection, "g1");
        await using var other = Ledger(connection, "g2");

        var passed = 0;
        for (var i = 0; i < 3_000; i++)
        {
            passed += one.Charge(new("acme", _quota, false), 1) is null ? 1 : 0;
            passed += other.Charge(new("acme", _quota, false), 1) is null ? 1 : 0;
            if (i % 50 == 0)
            {
                await one.SettleAsync();
                await other.SettleAsync();
            }
        }

        Assert.InRange(passed, 900, 1_001);
    }

    // Its own timer settles at the same time, which must not matter.
    private static QuotaLedger Ledger(ConnectionMultiplexer connection, string gateway) =>
        new(Store(connection, gateway), null, TimeProvider.System, NullLogger<QuotaLedger>.Instance);

    private static RedisQuotaStore Store(ConnectionMultiplexer connection, string gateway) =>
        new(_ => Task.FromResult(connection.GetDatabase()), gateway, TimeProvider.System, TimeSpan.FromSeconds(5));
}
