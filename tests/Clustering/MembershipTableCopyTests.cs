using Segmentation.Tests.Shared;
using StackExchange.Redis;

namespace Segmentation.Clustering.Tests;

public sealed class MembershipTableCopyTests
{
    private static readonly RedisKey _key = "segmentation/members/segmentation";
    private static readonly MembershipTableCopy _seen = new([new("Version", 7), new("a", "row a"), new("b", "row b")]);

    public static TheoryData<string> Servers => [RedisServer.Redis, RedisServer.Garnet];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Restore_TableGone_ComesBackAsItWas(string program)
    {
        await using var server = await RedisServer.StartAsync(program, Cancel);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var redis = connection.GetDatabase();

        Assert.True(await _seen.RestoreAsync(redis, _key, MembershipTableCopy.Empty));

        Assert.Equal([("Version", "7"), ("a", "row a"), ("b", "row b")], await ReadAsync(redis));
    }

    [Fact]
    public async Task Restore_AnotherSiloJoinedTheEmptyTable_BothAreInANewerOne()
    {
        await using var server = await RedisServer.StartAsync(RedisServer.Any, Cancel);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var redis = connection.GetDatabase();
        await redis.HashSetAsync(_key, [new("Version", 2), new("b", "row b, newer"), new("c", "row c")]);

        Assert.True(await _seen.RestoreAsync(redis, _key, new MembershipTableCopy(await redis.HashGetAllAsync(_key))));

        Assert.Equal(
            [("Version", "8"), ("a", "row a"), ("b", "row b, newer"), ("c", "row c")], await ReadAsync(redis));
    }

    [Fact]
    public async Task Restore_TableChangedMeanwhile_ChangesNothing()
    {
        await using var server = await RedisServer.StartAsync(RedisServer.Any, Cancel);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var redis = connection.GetDatabase();
        await redis.HashSetAsync(_key, [new("Version", 1)]);

        Assert.False(await _seen.RestoreAsync(redis, _key, MembershipTableCopy.Empty));

        Assert.Equal([("Version", "1")], await ReadAsync(redis));
    }

    private static async Task<(string Name, string Value)[]> ReadAsync(IDatabase redis) =>
        [.. (await redis.HashGetAllAsync(_key)).Select(entry => ($"{entry.Name}", $"{entry.Value}")).Order()];
}
