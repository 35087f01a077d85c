using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using Segmentation.Tests.Shared;
using StackExchange.Redis;

namespace Segmentation.Clustering.Tests;

/// <summary>
/// Holds the layout of Orleans' table of members against Orleans' own implementation: an update of the package that
/// changes the layout must fail here, since silos rewrite the table by it.
/// </summary>
public sealed class MembershipTableLayoutTests
{
    public static TheoryData<string> Servers => [RedisServer.Redis, RedisServer.Garnet];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Table_WrittenByOrleans_IsReadAsRowsOfSilosAndAVersion(string program)
    {
        await using var server = await RedisServer.StartAsync(program, Cancel);
        using var silo = Silo(server.ConnectionString);
        var table = silo.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true, Cancel);
        var (first, second) = (Entry(1), Entry(2));
        Assert.True(await InsertAsync(table, first));
        Assert.True(await InsertAsync(table, second));
        var version = (await table.ReadAllAsync(Cancel)).Version.Version;

        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var entries = await redis.GetDatabase().HashGetAllAsync(Key(silo));
        var copy = new MembershipTableCopy(entries);

        Assert.Equal(2, copy.Rows);
        Assert.True(copy.Has(first.SiloAddress.ToString()), "A row is not named by its silo's address.");
        Assert.True(copy.Has(second.SiloAddress.ToString()), "A row is not named by its silo's address.");
        Assert.Equal(version, (int)entries.Single(entry => entry.Name == "Version").Value);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Restore_TableThatRedisLost_IsTheSameToOrleans(string program)
    {
        await using var server = await RedisServer.StartAsync(program, Cancel);
        using var silo = Silo(server.ConnectionString);
        var table = silo.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true, Cancel);
        Assert.True(await InsertAsync(table, Entry(1)));
        Assert.True(await InsertAsync(table, Entry(2)));
        var before = await table.ReadAllAsync(Cancel);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var redis = connection.GetDatabase();
        var copy = new MembershipTableCopy(await redis.HashGetAllAsync(Key(silo)));
        Assert.True(await redis.KeyDeleteAsync(Key(silo)));

        Assert.True(await copy.RestoreAsync(redis, Key(silo), MembershipTableCopy.Empty));

        var after = await table.ReadAllAsync(Cancel);
        Assert.Equal(before.Version.Version, after.Version.Version);
        Assert.Equal(Rows(before), Rows(after));
        Assert.True(await InsertAsync(table, Entry(3)), "Orleans cannot go on with the table as restored.");
    }

    private static async Task<bool> InsertAsync(IMembershipTable table, MembershipEntry entry) =>
        await table.InsertRowAsync(entry, (await table.ReadAllAsync(Cancel)).Version.Next(), Cancel);

    private static IEnumerable<string> Rows(MembershipTableData table) =>
        table.Members.Select(row => $"{row.Item1.SiloAddress} {row.Item1.Status} {row.Item1.HostName}").Order();

    private static IHost Silo(string redis)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([new(RedisCluster.ConnectionKey, redis)]);

        // Never started: only its table is used.
        builder.UseOrleans(silo => silo.UseRedisCluster(builder.Configuration));
        return builder.Build();
    }

    private static RedisKey Key(IHost silo) => silo.Services.GetRequiredService<IOptions<RedisClusteringOptions>>().Value
        .CreateRedisKey(silo.Services.GetRequiredService<IOptions<ClusterOptions>>().Value);

    private static MembershipEntry Entry(int number) => new()
    {
        SiloAddress = SiloAddress.FromParsableString($"127.0.0.1:{11110 + number}@{number}"),
        HostName = "host",
        SiloName = $"silo-{number}",
        Status = SiloStatus.Active,
        StartTime = DateTime.UnixEpoch,
        IAmAliveTime = DateTime.UnixEpoch,
    };
}
