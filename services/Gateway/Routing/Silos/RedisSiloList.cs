using System.Net;
using Orleans.Messaging;
using Segmentation.Clustering;

namespace Segmentation.Gateway.Routing.Silos;

/// <summary>Reads the silos' endpoints from the cluster's membership table in Redis.</summary>
internal sealed class RedisSiloList : ISiloList, IDisposable
{
    private readonly ServiceProvider _services;
    private readonly IGatewayListProvider _provider;

    public RedisSiloList(IConfiguration configuration, ILoggerFactory logging)
    {
        // Orleans' own reader of its table, out of a client that is never started.
        _services = new ServiceCollection()
            .AddSingleton(logging)
            .AddSingleton(configuration)
            .AddOrleansClient(client => client.UseRedisCluster(configuration))
            .BuildServiceProvider();
        _provider = _services.GetRequiredService<IGatewayListProvider>();
    }

    public async Task<IReadOnlyCollection<IPEndPoint>> ReadAsync() =>
        [.. (await _provider.GetGateways())
            .Select(uri => new IPEndPoint(IPAddress.Parse(uri.DnsSafeHost), uri.Port)).Distinct()];

    public void Dispose() => _services.Dispose();
}

/// <summary>Lists the endpoints of silos.</summary>
internal interface ISiloList
{
    /// <summary>Reads the endpoints on which listed silos listen for gateways.</summary>
    /// <exception cref="Exception">The list is out of reach.</exception>
    Task<IReadOnlyCollection<IPEndPoint>> ReadAsync();
}
