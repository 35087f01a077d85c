using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>Addresses of a running host, with the ports that the system chose.</summary>
public sealed class HostAddresses
{
    private readonly IServer _server;
    private readonly List<HttpProtocols> _protocols;

    internal HostAddresses(IServer server, IEnumerable<ListenPort> ports)
    {
        _server = server;
        _protocols = [.. ports.Select(port => port.Protocols)];
    }

    /// <summary>gRPC, HTTP/2 without TLS.</summary>
    /// <exception cref="InvalidOperationException">The server has not started.</exception>
    public Uri Grpc => Of(HttpProtocols.Http2);

    /// <summary>Everything else, HTTP/1.1.</summary>
    /// <exception cref="InvalidOperationException">The server has not started.</exception>
    public Uri Http => Of(HttpProtocols.Http1);

    /// <summary>An address that a person can try: a wildcard becomes <c>localhost</c>.</summary>
    /// <param name="address">An address listened on.</param>
    public static Uri Reachable(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.Host is "0.0.0.0" or "[::]" ? new UriBuilder(address) { Host = "localhost" }.Uri : address;
    }

    // Addresses are published in the order of listening.
    private Uri Of(HttpProtocols protocols)
    {
        var addresses = _server.Features.Get<IServerAddressesFeature>()?.Addresses;
        return addresses?.Count == _protocols.Count
            ? new Uri(addresses.ElementAt(_protocols.IndexOf(protocols)))
            : throw new InvalidOperationException("The server has not started.");
    }
}
