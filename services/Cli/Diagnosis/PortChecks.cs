using System.Net;
using System.Net.Sockets;

namespace Segmentation.Cli.Diagnosis;

/// <summary>The ports that programs listen on unless told otherwise: free, or who answers there.</summary>
internal static class PortChecks
{
    /// <summary>The default ports: number, what for, the option that names another, and how one asks.</summary>
    public static IReadOnlyList<(int Port, string Use, string Option, PortProtocol Protocol)> Defaults { get; } =
    [
        (7080, "gateway, gRPC", "Segmentation:Endpoints:GrpcPort", PortProtocol.Http2),
        (7081, "gateway, HTTP", "Segmentation:Endpoints:HttpPort", PortProtocol.Http1),
        (7082, "gateway, operators", "Segmentation:Endpoints:OperatorPort", PortProtocol.Http1),
        (7090, "encoder, gRPC", "Segmentation:Endpoints:GrpcPort", PortProtocol.Http2),
        (7091, "encoder, HTTP", "Segmentation:Endpoints:HttpPort", PortProtocol.Http1),
        (7095, "projects, gRPC", "Segmentation:Endpoints:GrpcPort", PortProtocol.Http2),
        (7096, "projects, HTTP", "Segmentation:Endpoints:HttpPort", PortProtocol.Http1),
        (7101, "silo, HTTP", "Segmentation:Silo:HttpPort", PortProtocol.Http1),
        (11111, "silo to silos", "Segmentation:Silo:SiloPort", PortProtocol.Other),
        (11112, "projects to silos", "Segmentation:Projects:Silo:SiloPort", PortProtocol.Other),
        (30000, "silo to gateways", "Segmentation:Silo:GatewayPort", PortProtocol.Other),
    ];

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>Looks at ports of this machine.</summary>
    /// <param name="ports">The ports.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<Finding>> RunAsync(
        IEnumerable<(int Port, string Use, string Option, PortProtocol Protocol)> ports, CancellationToken cancellationToken) =>
        await Task.WhenAll(ports.Select(one => LookAsync(one, cancellationToken))).ConfigureAwait(false);

    private static async Task<Finding> LookAsync(
        (int Port, string Use, string Option, PortProtocol Protocol) one, CancellationToken cancellationToken)
    {
        var name = $"port {one.Port}";
        if (TryListen(one.Port) is not { } problem)
        {
            return Finding.Ok(name, $"free ({one.Use})");
        }

        if (problem != SocketError.AddressAlreadyInUse)
        {
            return Finding.Warning(
                name, $"cannot be listened on: {problem} ({one.Use})", $"Name another port by {one.Option}.");
        }

        if (one.Protocol == PortProtocol.Other)
        {
            return Finding.Ok(
                name, $"in use ({one.Use}); where that is another program's, name another port by {one.Option}");
        }

        return await WhoAsync(one.Port, one.Protocol, cancellationToken).ConfigureAwait(false) is { } word
            ? Finding.Ok(name, $"a Segmentation server answers: {word} ({one.Use})")
            : Finding.Warning(
                name,
                $"another program listens there ({one.Use})",
                $"End that program, or name another port by {one.Option}.");
    }

    private static SocketError? TryListen(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
        try
        {
            listener.Start();
            return null;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode;
        }
    }

    // Every server of ours says one of three words, or a report that begins with one of them.
    private static async Task<string?> WhoAsync(int port, PortProtocol protocol, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { Timeout = _patience, MaxResponseContentBufferSize = 64 * 1024 };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{port}/readyz"))
        {
            Version = protocol == PortProtocol.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        try
        {
            using var response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            return text.Contains("speaks TLS only", StringComparison.Ordinal)
                ? "it speaks TLS only"
                : HealthWords.In(text);
        }
        catch (Exception error) when (error is HttpRequestException or IOException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
