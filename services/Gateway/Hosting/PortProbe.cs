using System.Net;
using System.Net.Sockets;

namespace Segmentation.Gateway.Hosting;

/// <summary>
/// Finds out within a millisecond that a port cannot be had. The server binds last, after models are loaded and a silo
/// has started, which is long to wait for a mistyped number.
/// </summary>
internal static class PortProbe
{
    /// <summary>One sentence for each port that cannot be listened on.</summary>
    public static IEnumerable<string> Complaints(EndpointOptions options)
    {
        var address = IPAddress.Parse(options.Address);
        return new[] { (nameof(options.GrpcPort), options.GrpcPort), (nameof(options.HttpPort), options.HttpPort) }
            .Select(port => Complaint(new IPEndPoint(address, port.Item2), port.Item1))
            .OfType<string>();
    }

    /// <summary>What to do about a port that is in use.</summary>
    public static string InUse(IPEndPoint endpoint, string key) =>
        $"Port {endpoint.Port} on {endpoint.Address} is in use: set {EndpointOptions.Section}:{key} to another port, "
            + "or to 0 for one that the system chooses.";

    private static string? Complaint(IPEndPoint endpoint, string key)
    {
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endpoint);
            socket.Listen();
            return null;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? InUse(endpoint, key)
                : $"{endpoint} cannot be listened on ({exception.Message}): change {EndpointOptions.Section}:Address "
                    + $"or {EndpointOptions.Section}:{key}.";
        }
    }
}
