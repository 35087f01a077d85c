using Microsoft.Extensions.Time.Testing;
using Segmentation.Embeddings.Redis;
using Segmentation.Tests.Shared;

namespace Segmentation.Embeddings.Tests.Redis;

public sealed class RedisEncodeLeaseTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Servers => [RedisServer.Redis, RedisServer.Garnet];

    [Theory, MemberData(nameof(Servers))]
    public async Task TryTakeAsync_HeldByAnother_IsNullUntilReleased(string program)
    {
        await using var redis = await RedisFixture.StartAsync(program);
        var lease = new RedisEncodeLease(redis.Connections, TimeProvider.System);

        var first = await lease.TryTakeAsync(Samples.Key(1), Cancel);
        Assert.NotNull(first);
        Assert.Null(await lease.TryTakeAsync(Samples.Key(1), Cancel));
        var other = await lease.TryTakeAsync(Samples.Key(2), Cancel);
        await first.DisposeAsync();

        var second = await lease.TryTakeAsync(Samples.Key(1), Cancel);
        Assert.NotNull(second);
        await second.DisposeAsync();
        await other!.DisposeAsync();
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Held_AsTimePasses_IsExtendedAndNeverTakenFromItsSuccessor(string program)
    {
        await using var redis = await RedisFixture.StartAsync(program);
        await using var direct = await redis.ConnectAsync();
        var database = direct.GetDatabase();
        var name = RedisEncodeLease.NameOf(Samples.Key(1));
        var time = new FakeTimeProvider();
        var held = await new RedisEncodeLease(redis.Connections, time).TryTakeAsync(Samples.Key(1), Cancel);
        await database.KeyExpireAsync(name, TimeSpan.FromSeconds(1.5));

        time.Advance(RedisEncodeLease.Lifetime / 3);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (await database.KeyTimeToLiveAsync(name) < TimeSpan.FromSeconds(2))
        {
            await tick.WaitForNextTickAsync(Cancel);
        }

        await database.StringSetAsync(name, "successor");
        await held!.DisposeAsync();
        Assert.Equal("successor", await database.StringGetAsync(name));
    }

    [Fact]
    public async Task TryTakeAsync_RedisAway_EverybodyMayEncode()
    {
        await using var redis = await RedisFixture.StartAsync(RedisServer.Any);
        await redis.Server.KillAsync();
        var lease = new RedisEncodeLease(redis.Connections, TimeProvider.System);

        Assert.NotNull(await lease.TryTakeAsync(Samples.Key(1), Cancel));
        Assert.NotNull(await lease.TryTakeAsync(Samples.Key(1), Cancel));
    }
}
