using System.Net.Sockets;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>
/// Finds out within a millisecond that a port cannot be had. The server binds last, after models are loaded and a silo
/// has started, which is long to wait for a mistyped number.
/// </summary>
internal static class PortProbe
{
    /// <summary>One sentence for each port that cannot be listened on, or is chosen twice.</summary>
    public static IEnumerable<string> Complaints(IReadOnlyCollection<ListenPort> ports) =>
        ports.Select(Complaint).OfType<string>().Concat(ports
            .Where(port => port.Endpoint.Port != 0)
            .GroupBy(port => port.Endpoint.Port).Where(same => same.Count() > 1)
            .Select(same => $"Port {same.Key} is chosen by {string.Join(" and ", same.Select(port => port.Option))}: "
                + "each needs one of its own."));

    /// <summary>Sentence about a port that is in use, with the remedy.</summary>
    public static string InUse(ListenPort port) =>
        $"Port {port.Endpoint.Port} on {port.Endpoint.Address} is in use: set {port.Option} to another port, "
            + "or to 0 for one that the system chooses.";

    private static string? Complaint(ListenPort port)
    {
        using var socket = new Socket(port.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(port.Endpoint);
            socket.Listen();
            return null;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? InUse(port)
                : $"{port.Endpoint} cannot be listened on ({exception.Message}): change the address or {port.Option}.";
        }
    }
}
