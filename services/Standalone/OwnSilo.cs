using System.Net;
using System.Net.Sockets;

namespace Segmentation.Standalone;

/// <summary>A cluster of one silo, this process.</summary>
internal static class OwnSilo
{
    /// <summary>
    /// A cluster of one has nobody to suspect it: that it would like the server's garbage collector, or was slow while
    /// the encoder took all cores, is no news. Nor is that its own first steps took a second on a busy machine, which the
    /// scheduler writes several lines about.
    /// </summary>
    public static readonly (string Category, string Level)[] QuietLogs =
    [
        ("Orleans.Runtime.Silo", "Error"), ("Orleans.Runtime.Watchdog", "Error"), ("Orleans.Runtime.Scheduler", "Error"),
    ];

    /// <summary>
    /// Clusters with nobody, on a loopback port that the system chooses, so that any number of these processes run
    /// beside each other. There is no client port: the gateway calls its grains in the same process.
    /// </summary>
    public static ISiloBuilder UseOwnSilo(this ISiloBuilder silo) =>
        silo.UseLocalhostClustering(siloPort: FreePort(), gatewayPort: 0);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
