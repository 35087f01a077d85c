using System.Net;
using System.Net.Sockets;

namespace Segmentation.Doors.Fetching;

/// <summary>
/// Opens connections to addresses that were checked: a name is resolved once, and what it resolved to is what is
/// connected to, so that a name cannot mean another host afterwards.
/// </summary>
internal sealed class PinnedConnections(FetchPolicy policy, IHostAddresses hosts)
{
    /// <summary>Addresses of one host that are tried.</summary>
    private const int MaxTries = 4;

    /// <summary>Opens a connection.</summary>
    /// <exception cref="HttpRequestException">No address of the host may be reached.</exception>
    /// <exception cref="SocketException">The host has no address, or none answers.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var known = IPAddress.TryParse(host.Trim('[', ']'), out var literal)
            ? new[] { literal }
            : await hosts.ResolveAsync(host, cancellationToken);
        var addresses = known.Where(address => policy.MayReach(host, port, address)).Take(MaxTries).ToArray();
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (address != addresses[^1])
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw new HttpRequestException($"None of the {known.Length} addresses of the host may be reached.");
    }
}
