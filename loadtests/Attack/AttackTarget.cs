using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;

namespace Segmentation.LoadTests.Attack;

/// <summary>Ports of the attacked server, and clients of them.</summary>
/// <param name="Grpc">gRPC over HTTP/2.</param>
/// <param name="Http">REST, gRPC-Web and WebSockets over HTTP/1.1.</param>
/// <param name="Identity">Says who calls.</param>
internal sealed record AttackTarget(Uri Grpc, Uri Http, AttackIdentity Identity)
{
    /// <summary>The tenant of attacks.</summary>
    public const string Attacker = "attacker";

    /// <summary>Loopback address of attacks.</summary>
    public static readonly IPAddress AttackersAddress = IPAddress.Loopback;

    /// <summary>
    /// Loopback address of the bystander: limits on the connections of one address are the attacker's alone. Only Linux
    /// has more than one loopback address without being told.
    /// </summary>
    public static readonly IPAddress BystandersAddress =
        OperatingSystem.IsLinux() ? IPAddress.Parse("127.0.0.2") : IPAddress.Loopback;

    /// <summary>The header of the attacker's requests.</summary>
    public (string Name, string Value) AttackersHeader => Identity.HeaderOf(Attacker);

    /// <summary>A client of either port for a tenant.</summary>
    public HttpClient Client(string tenant, IPAddress from)
    {
        var client = new HttpClient(Handler(from)) { Timeout = Timeout.InfiniteTimeSpan };
        var (name, value) = Identity.HeaderOf(tenant);
        client.DefaultRequestHeaders.Add(name, value);
        return client;
    }

    /// <summary>A gRPC channel of a tenant.</summary>
    public GrpcChannel Channel(string tenant, IPAddress from) => GrpcChannel.ForAddress(Grpc, new GrpcChannelOptions
    {
        HttpClient = Client(tenant, from),
        DisposeHttpClient = true,
        MaxReceiveMessageSize = null,
        MaxSendMessageSize = null,
    });

    /// <summary>Opens a bare connection, by default from the attacker's address.</summary>
    public static async Task<NetworkStream> ConnectAsync(
        Uri server, CancellationToken cancellationToken, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(from ?? AttackersAddress, 0));
            await socket.ConnectAsync(IPAddress.Loopback, server.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static SocketsHttpHandler Handler(IPAddress from) => new()
    {
        UseProxy = false,
        EnableMultipleHttp2Connections = true,
        ConnectCallback = async (context, cancellationToken) =>
            await ConnectAsync(context.InitialRequestMessage.RequestUri!, cancellationToken, from),
    };
}
