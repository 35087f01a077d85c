using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Segmentation.Gateway.Hosting;

/// <summary>Where a running gateway is reached; ports chosen by the system are the real ones.</summary>
public sealed class GatewayAddresses
{
    private readonly IServer _server;

    internal GatewayAddresses(IServer server) => _server = server;

    /// <summary>gRPC, HTTP/2 without TLS.</summary>
    /// <exception cref="InvalidOperationException">The server has not started.</exception>
    public Uri Grpc => At(0);

    /// <summary>Everything else, HTTP/1.1.</summary>
    /// <exception cref="InvalidOperationException">The server has not started.</exception>
    public Uri Http => At(1);

    private Uri At(int index)
    {
        var addresses = _server.Features.Get<IServerAddressesFeature>()?.Addresses;
        return addresses is { Count: 2 }
            ? new Uri(addresses.ElementAt(index))
            : throw new InvalidOperationException("The server has not started.");
    }
}
