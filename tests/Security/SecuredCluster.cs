using Segmentation.Tests.Shared;

namespace Segmentation.Security.Tests;

/// <summary>Gateway, silo, encoder and Redis as processes of their own.</summary>
public sealed class SecuredCluster : SecuredServer
{
    private ClusterProcesses _processes = null!;

    internal override Uri Grpc => new($"http://{_processes.Channel.Target}");

    internal override Uri Http => _processes.Gateway.Address;

    /// <summary>Address of the Redis of embeddings.</summary>
    internal string Cache => _processes.Cache.ConnectionString;

    private IEnumerable<ServiceProcess> All => [_processes.Gateway, .. _processes.Silos, .. _processes.Encoders];

    internal override async Task<string> MetricsAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        var pages = All.Select(
            process => client.GetStringAsync(new Uri(process.Operators, "metrics"), cancellationToken));
        return string.Join('\n', await Task.WhenAll(pages));
    }

    internal override async Task StartAsync(TenantKeys keys, CancellationToken cancellationToken)
    {
        _processes = new ClusterProcesses(RedisServer.Any, silos: 1, encoders: 1, gateways: 1, keys.Option);
        foreach (var process in All)
        {
            process.OnLine = Log.Add;
        }

        await _processes.StartAsync(cancellationToken);
    }

    internal override ValueTask StopAsync() => _processes?.DisposeAsync() ?? default;
}
