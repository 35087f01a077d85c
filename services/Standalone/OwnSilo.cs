using System.Net;
using System.Net.Sockets;

namespace Segmentation.Standalone;

/// <summary>A cluster of one silo, this process.</summary>
internal static class OwnSilo
{
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
