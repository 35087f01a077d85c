using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>Addresses of a running host, with the ports that the system chose.</summary>
public sealed class HostAddresses
{
    private readonly IServer _server;
    private readonly List<PortUse> _uses;

    internal HostAddresses(IServer server, IEnumerable<ListenPort> ports)
    {
        _server = server;
        _uses = [.. ports.Select(port => port.Use)];
    }

    /// <summary>gRPC, HTTP/2; <c>https</c> where the port has TLS.</summary>
    /// <exception cref="InvalidOperationException">The server has not started.</exception>
    public Uri Grpc => Of(PortUse.Grpc);

    /// <summary>Everything else, HTTP/1.1; <c>https</c> where the port has TLS.</summary>
    /// <exception cref="InvalidOperationException">The server has not started.</exception>
    public Uri Http => Of(PortUse.Http);

    /// <summary>Metrics and health, for operators only.</summary>
    /// <exception cref="InvalidOperationException">The server has not started.</exception>
    public Uri Operators => Of(PortUse.Operators);

    /// <summary>Address for an autoscaler; null where the host has no port for one.</summary>
    /// <exception cref="InvalidOperationException">The server has not started.</exception>
    public Uri? Scaler => _uses.Contains(PortUse.Scaler) ? Of(PortUse.Scaler) : null;

    /// <summary>An address that a person can try: a wildcard becomes <c>localhost</c>.</summary>
    /// <param name="address">An address listened on.</param>
    public static Uri Reachable(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.Host is "0.0.0.0" or "[::]" ? new UriBuilder(address) { Host = "localhost" }.Uri : address;
    }

    // Addresses are published in the order of listening.
    private Uri Of(PortUse use)
    {
        var addresses = _server.Features.Get<IServerAddressesFeature>()?.Addresses;
        return addresses?.Count >= _uses.Count
            ? new Uri(addresses.ElementAt(_uses.IndexOf(use)))
            : throw new InvalidOperationException("The server has not started.");
    }
}
