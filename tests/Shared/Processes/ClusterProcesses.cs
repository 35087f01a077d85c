using System.Net;
using Grpc.Net.Client;

namespace Segmentation.Tests.Shared;

/// <summary>Silos, encoders, a gateway and two Redis servers, each a process, on loopback.</summary>
internal sealed class ClusterProcesses : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly int _gatewayPort = Repository.FreePort();

    /// <param name="redis"><see cref="RedisProcess.Garnet"/> or <see cref="RedisProcess.Redis"/>.</param>
    /// <param name="silos">How many silos.</param>
    /// <param name="encoders">How many encoders.</param>
    /// <param name="options">Options of all processes, without the leading <c>--Segmentation:</c>.</param>
    public ClusterProcesses(string redis, int silos = 2, int encoders = 2, params string[] options)
    {
        (Members, Cache) = (new RedisProcess(redis), new RedisProcess(redis));
        string[] all =
            [$"Redis:Cluster={Members.ConnectionString}", $"Redis:Cache={Cache.ConnectionString}", .. options];
        int[] encoderPorts = [.. Enumerable.Range(0, encoders).Select(_ => Repository.FreePort())];
        Silos = [.. Enumerable.Range(0, silos).Select(_ => Silo(all))];
        Encoders = [.. encoderPorts.Select(port => Encoder(port, all))];
        Gateway = GatewayTo(encoderPorts, all);
        Channel = GrpcChannel.ForAddress(
            $"http://{IPAddress.Loopback}:{_gatewayPort}",
            new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
    }

    /// <summary>Decoders.</summary>
    public IReadOnlyList<ServiceProcess> Silos { get; }

    /// <summary>Encoders.</summary>
    public IReadOnlyList<ServiceProcess> Encoders { get; }

    /// <summary>The gateway.</summary>
    public ServiceProcess Gateway { get; }

    /// <summary>The Redis that knows the silos.</summary>
    public RedisProcess Members { get; }

    /// <summary>The Redis of embeddings.</summary>
    public RedisProcess Cache { get; }

    /// <summary>A connection to the gateway.</summary>
    public GrpcChannel Channel { get; }

    /// <summary>What every process printed last.</summary>
    public string Output => string.Join(
        "\n\n", [.. Services.Select(service => service.Output), Members.Output, Cache.Output]);

    private IEnumerable<ServiceProcess> Services => [.. Silos, .. Encoders, Gateway];

    /// <summary>Starts everything and waits until all of it is ready.</summary>
    /// <exception cref="InvalidOperationException">A process ended instead of becoming ready.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        await Task.WhenAll(Members.StartAsync(patience.Token), Cache.StartAsync(patience.Token));
        await Task.WhenAll(Services.Select(service => service.StartAsync(patience.Token)));
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        foreach (var process in Services.Cast<IAsyncDisposable>().Append(Members).Append(Cache))
        {
            await process.DisposeAsync();
        }
    }

    private static ServiceProcess Encoder(int grpcPort, string[] options)
    {
        var http = Repository.FreePort();
        return new ServiceProcess(
            "Encoder",
            http,
            [$"Endpoints:GrpcPort={grpcPort}", $"Endpoints:HttpPort={http}", "Encoder:IntraOpThreads=1", .. options]);
    }

    private static ServiceProcess Silo(string[] options)
    {
        var http = Repository.FreePort();
        return new ServiceProcess(
            "Decoder",
            http,
            [
                "Silo:AdvertisedAddress=127.0.0.1",
                $"Silo:SiloPort={Repository.FreePort()}",
                $"Silo:GatewayPort={Repository.FreePort()}",
                $"Silo:HttpPort={http}",
                .. options,
            ]);
    }

    private ServiceProcess GatewayTo(int[] encoderPorts, string[] options)
    {
        var http = Repository.FreePort();
        var encoders = string.Join(',', encoderPorts.Select(port => $"http://{IPAddress.Loopback}:{port}"));
        return new ServiceProcess(
            "Gateway",
            http,
            [
                $"Endpoints:GrpcPort={_gatewayPort}",
                $"Endpoints:HttpPort={http}",
                $"Encoders:Address={encoders}",
                .. options,
            ]);
    }
}
