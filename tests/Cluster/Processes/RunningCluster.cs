using System.Net;
using Grpc.Net.Client;

namespace Segmentation.Cluster.Tests.Processes;

/// <summary>Two silos, two encoders, a gateway and two Redis servers, each a process, on loopback.</summary>
public sealed class RunningCluster : IAsyncLifetime
{
    private readonly RedisProcess _members = new();
    private readonly int _gatewayPort = Repository.FreePort();
    private readonly GrpcChannel _channel;

    public RunningCluster()
    {
        int[] encoderPorts = [Repository.FreePort(), Repository.FreePort()];
        Silos = [Silo(), Silo()];
        Encoders = [.. encoderPorts.Select(Encoder)];
        var addresses = string.Join(',', encoderPorts.Select(port => $"http://{IPAddress.Loopback}:{port}"));
        Gateway = Service(
            "Gateway",
            Repository.FreePort(),
            http =>
            [
                $"Endpoints:GrpcPort={_gatewayPort}",
                $"Endpoints:HttpPort={http}",
                $"Encoders:Address={addresses}",
            ]);
        _channel = GrpcChannel.ForAddress(
            $"http://{IPAddress.Loopback}:{_gatewayPort}", new GrpcChannelOptions { MaxReceiveMessageSize = null });
    }

    internal IReadOnlyList<Service> Silos { get; }

    internal IReadOnlyList<Service> Encoders { get; }

    internal Service Gateway { get; }

    /// <summary>The Redis of embeddings.</summary>
    internal RedisProcess Cache { get; } = new();

    internal GrpcChannel Channel => _channel;

    public async ValueTask InitializeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await Task.WhenAll(_members.StartAsync(patience.Token), Cache.StartAsync(patience.Token));
        await Task.WhenAll(All.Select(service => service.StartAsync(patience.Token)));
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        foreach (var service in All)
        {
            await service.DisposeAsync();
        }

        await _members.DisposeAsync();
        await Cache.DisposeAsync();
    }

    private IEnumerable<Service> All => [.. Silos, .. Encoders, Gateway];

    private Service Encoder(int grpcPort) => Service(
        "Encoder",
        Repository.FreePort(),
        http => [$"Endpoints:GrpcPort={grpcPort}", $"Endpoints:HttpPort={http}", "Encoder:IntraOpThreads=1"]);

    private Service Silo() => Service(
        "Decoder",
        Repository.FreePort(),
        http =>
        [
            "Silo:AdvertisedAddress=127.0.0.1",
            $"Silo:SiloPort={Repository.FreePort()}",
            $"Silo:GatewayPort={Repository.FreePort()}",
            $"Silo:HttpPort={http}",
            "Decoder:Workers=2",
        ]);

    private Service Service(string name, int httpPort, Func<int, string[]> options) => new(
        name,
        httpPort,
        [.. options(httpPort), $"Redis:Cluster={_members.Connection}", $"Redis:Cache={Cache.Connection}"]);
}
