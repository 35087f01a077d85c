using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Segmentation.Tests.Shared;

/// <summary>
/// Loopback ports for programs that are told theirs before they start. A port is given away once: never again by this
/// process, and by no other test process of this user as long as this one lives.
/// </summary>
internal static class FreePorts
{
    // Below the system's own choice, of which connections take some before whoever asked for the port has it.
    private const int First = 20_000;
    private const int End = 32_000;

    private static readonly Lock _gate = new();
    private static readonly HashSet<int> _given = [];

    /// <summary>
    /// Has a locked byte for every port that was given away; the system unlocks them when a process ends.
    /// </summary>
    private static readonly FileStream _reservations = new(
        Path.Combine(Path.GetTempPath(), $"segmentation-test-ports-{Environment.UserName}"),
        FileMode.OpenOrCreate,
        FileAccess.ReadWrite,
        FileShare.ReadWrite);

    /// <summary>Takes so many ports, one after the other.</summary>
    /// <returns>The first.</returns>
    public static int Take(int count)
    {
        lock (_gate)
        {
            while (true)
            {
                var ports = Enumerable.Range(RandomNumberGenerator.GetInt32(First, End), count).ToList();
                if (ports.All(port => !_given.Contains(port) && IsFree(port)) && ports.All(IsReserved))
                {
                    _given.UnionWith(ports);
                    return ports[0];
                }
            }
        }
    }

    private static bool IsReserved(int port)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        try
        {
            _reservations.Lock(port, 1);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
