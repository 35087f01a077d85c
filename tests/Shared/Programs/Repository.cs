using System.Net;
using System.Net.Sockets;

namespace Segmentation.Tests.Shared;

/// <summary>Where the programs under test were built.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A folder with a published service in each folder of its own; null for those that the build made.</summary>
    public static string? Published { get; set; }

    /// <summary>A service's program, built in the same configuration as the program that asks, or published.</summary>
    public static string Program(string service)
    {
        if (Published is { } folder)
        {
            return Path.Combine(folder, service, $"Segmentation.{service}.dll");
        }

        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(
            Root, "services", service, "bin", output.Parent!.Name, output.Name, $"Segmentation.{service}.dll");
    }

    /// <summary>A port that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Two ports that nobody listens on, one after the other.</summary>
    public static (int First, int Second) FreeNeighbours()
    {
        while (true)
        {
            using var first = new TcpListener(IPAddress.Loopback, 0);
            first.Start();
            var port = ((IPEndPoint)first.LocalEndpoint).Port;
            using var second = new TcpListener(IPAddress.Loopback, port + 1);
            try
            {
                second.Start();
                return (port, port + 1);
            }
            catch (SocketException)
            {
                // Somebody listens there: two others.
            }
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Segmentation.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException($"Segmentation.sln is not above {AppContext.BaseDirectory}.");
    }
}
