using System.Net;
using Grpc.Net.Client;

namespace Segmentation.Tests.Shared;

/// <summary>Silos, encoders, gateways and two Redis servers, each a process, on loopback.</summary>
internal sealed class ClusterProcesses : IAsyncDisposable
{
    /// <param name="redis"><see cref="RedisProcess.Garnet"/> or <see cref="RedisProcess.Redis"/>.</param>
    /// <param name="silos">How many silos.</param>
    /// <param name="encoders">How many encoders.</param>
    /// <param name="gateways">How many gateways.</param>
    /// <param name="options">Options of all processes, without the leading <c>--Segmentation:</c>.</param>
    public ClusterProcesses(string redis, int silos = 2, int encoders = 2, int gateways = 1, params string[] options)
        : this(() => new RedisProcess(redis), silos, encoders, gateways, options, null)
    {
    }

    /// <summary>A cluster whose connections are all encrypted, on <see cref="RedisProcess.Redis"/>.</summary>
    public ClusterProcesses(Encryption encryption, int silos, int encoders)
        : this(encryption.Redis, silos, encoders, 1, [.. encryption.Inside], encryption)
    {
    }

    private ClusterProcesses(
        Func<RedisProcess> redis, int silos, int encoders, int gateways, string[] options, Encryption? encryption)
    {
        (Members, Cache) = (redis(), redis());
        string[] all =
            [$"Redis:Cluster={Members.ConnectionString}", $"Redis:Cache={Cache.ConnectionString}", .. options];
        int[] encoderPorts = [.. Enumerable.Range(0, encoders).Select(_ => Repository.FreePort())];
        SiloPorts = [.. Enumerable.Range(0, silos).Select(_ => Repository.FreePort())];
        Silos = [.. SiloPorts.Select(port => Silo(port, all))];
        Encoders = [.. encoderPorts.Select(port => Encoder(port, all))];
        int[] gatewayPorts = [.. Enumerable.Range(0, gateways).Select(_ => Repository.FreePort())];
        string[] ofGateways = [.. all, .. encryption?.Public ?? []];
        Gateways = [.. gatewayPorts.Select(port => GatewayTo(port, encoderPorts, ofGateways))];
        Channels = [.. gatewayPorts.Select(port => ChannelTo(port, encryption))];
        EncoderPorts = encoderPorts;
    }

    /// <summary>Decoders.</summary>
    public IReadOnlyList<ServiceProcess> Silos { get; }

    /// <summary>Encoders.</summary>
    public IReadOnlyList<ServiceProcess> Encoders { get; }

    /// <summary>The encoders' ports for gRPC.</summary>
    public IReadOnlyList<int> EncoderPorts { get; }

    /// <summary>The silos' ports for gateways.</summary>
    public IReadOnlyList<int> SiloPorts { get; }

    /// <summary>Gateways.</summary>
    public IReadOnlyList<ServiceProcess> Gateways { get; }

    /// <summary>The first gateway.</summary>
    public ServiceProcess Gateway => Gateways[0];

    /// <summary>The Redis that knows the silos.</summary>
    public RedisProcess Members { get; }

    /// <summary>The Redis of embeddings.</summary>
    public RedisProcess Cache { get; }

    /// <summary>A connection to each gateway.</summary>
    public IReadOnlyList<GrpcChannel> Channels { get; }

    /// <summary>The connection to the first gateway.</summary>
    public GrpcChannel Channel => Channels[0];

    /// <summary>The last lines of every process.</summary>
    public string Output => string.Join(
        "\n\n", [.. Services.Select(service => service.Output), Members.Output, Cache.Output]);

    /// <summary>All processes but Redis.</summary>
    public IEnumerable<ServiceProcess> Services => [.. Silos, .. Encoders, .. Gateways];

    /// <summary>Starts everything and waits until all of it is ready.</summary>
    /// <exception cref="ProgramException">A process ended instead of becoming ready.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => StartAsync(Services, cancellationToken);

    /// <summary>Starts everything but encoders, for gateways with <c>Encoders:StartTimeout</c>.</summary>
    /// <exception cref="ProgramException">A process ended instead of becoming ready.</exception>
    public Task StartWithoutEncodersAsync(CancellationToken cancellationToken) =>
        StartAsync(Services.Except(Encoders), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in Channels)
        {
            channel.Dispose();
        }

        foreach (var process in Services.Cast<IAsyncDisposable>().Append(Members).Append(Cache))
        {
            await process.DisposeAsync();
        }
    }

    private async Task StartAsync(IEnumerable<ServiceProcess> services, CancellationToken cancellationToken)
    {
        await Task.WhenAll(Members.StartAsync(cancellationToken), Cache.StartAsync(cancellationToken));
        await Task.WhenAll(services.Select(service => service.StartAsync(cancellationToken)));
    }

    private static ServiceProcess Encoder(int grpcPort, string[] options)
    {
        var http = Repository.FreePort();
        return new ServiceProcess(
            "Encoder",
            http,
            [$"Endpoints:GrpcPort={grpcPort}", $"Endpoints:HttpPort={http}", "Encoder:IntraOpThreads=1", .. options]);
    }

    private static ServiceProcess Silo(int gatewayPort, string[] options)
    {
        var http = Repository.FreePort();
        return new ServiceProcess(
            "Decoder",
            http,
            [
                "Silo:AdvertisedAddress=127.0.0.1",
                $"Silo:SiloPort={Repository.FreePort()}",
                $"Silo:GatewayPort={gatewayPort}",
                $"Silo:HttpPort={http}",
                .. options,
            ]);
    }

    private static GrpcChannel ChannelTo(int gatewayPort, Encryption? encryption) => GrpcChannel.ForAddress(
        $"{(encryption is null ? "http" : "https")}://{IPAddress.Loopback}:{gatewayPort}",
        new GrpcChannelOptions
        {
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,
            HttpHandler = encryption is null ? null : new SocketsHttpHandler { SslOptions = encryption.Client },
            DisposeHttpClient = true,
        });

    private static ServiceProcess GatewayTo(int grpcPort, int[] encoderPorts, string[] options)
    {
        var http = Repository.FreePort();
        var encoders = string.Join(',', encoderPorts.Select(port => $"http://{IPAddress.Loopback}:{port}"));
        return new ServiceProcess(
            "Gateway",
            http,
            [
                $"Endpoints:GrpcPort={grpcPort}",
                $"Endpoints:HttpPort={http}",
                $"Encoders:Address={encoders}",

                // Longer than an encoder needs to start, also where the machine has much else to do.
                $"Encoders:ReadyTimeout={Patience.Longest}",
                .. options,
            ]);
    }
}
