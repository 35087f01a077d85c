using System.Net;

namespace Segmentation.Doors.Fetching;

/// <summary>Resolves names of hosts.</summary>
internal interface IHostAddresses
{
    /// <summary>The addresses of a host.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">There are none.</exception>
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken);
}

/// <summary>Asks the system's resolver.</summary>
internal sealed class DnsHostAddresses : IHostAddresses
{
    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        Dns.GetHostAddressesAsync(host, cancellationToken);
}
