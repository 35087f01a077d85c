using Segmentation.Tests.Shared;
using StackExchange.Redis;

namespace Segmentation.Security.Tests;

/// <summary>Tenants of a cluster: gateway, silo, encoder and Redis in processes of their own.</summary>
public sealed class ClusterTenantTests(SecuredCluster cluster) : TenantTests(cluster), IClassFixture<SecuredCluster>
{
    /// <summary>Redis is the only place where pictures' values outlive a process: each lies under its tenant's name.</summary>
    [Fact]
    public async Task Embeddings_InRedis_LieUnderTheTenantOfTheirUploaderAlone()
    {
        using var anna = new Holder(cluster, cluster.Keys.OfAnna);
        using var bert = new Holder(cluster, cluster.Keys.OfBert);
        var file = Photograph.Copy();
        var shared = (await anna.UploadAsync(file)).Id["sha256:".Length..];
        await bert.UploadAsync(file);
        var own = (await anna.UploadAsync(Photograph.Copy())).Id["sha256:".Length..];
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"{cluster.Cache},allowAdmin=true");

        var names = redis.GetServers().Single().Keys().Select(key => key.ToString()).ToList();

        string[] tenants = [TenantKeys.Anna, TenantKeys.Bert];
        Assert.All(tenants, tenant => Assert.Single(names, name => IsOf(name, tenant) && name.EndsWith(shared, StringComparison.Ordinal)));
        Assert.True(IsOf(Assert.Single(names, name => name.EndsWith(own, StringComparison.Ordinal)), TenantKeys.Anna));
    }

    private static bool IsOf(string name, string tenant) => name.Contains($"{tenant}/", StringComparison.Ordinal);
}
