using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Segmentation.Tests.Shared;

/// <summary>Where the programs under test were built.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Artifacts' folder of published services, as the SDK divides it; null for those that the build made.</summary>
    public static string? Published { get; set; }

    /// <summary>A service's program, built in the same configuration as the program that asks, or published.</summary>
    public static string Program(string service)
    {
        if (Published is { } folder)
        {
            return Path.Combine(folder, $"Segmentation.{service}", "release", $"Segmentation.{service}.dll");
        }

        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(
            Root, "services", service, "bin", output.Parent!.Name, output.Name, $"Segmentation.{service}.dll");
    }

    /// <summary>A port that nobody listens on.</summary>
    public static int FreePort() => FreePorts(1);

    /// <summary>Two ports that nobody listens on, one after the other.</summary>
    public static (int First, int Second) FreeNeighbours()
    {
        var first = FreePorts(2);
        return (first, first + 1);
    }

    // Below the system's own choice, of which connections take some before whoever asked for the port has it.
    private static int FreePorts(int count)
    {
        const int First = 20_000;
        const int End = 32_000;
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            if (Enumerable.Range(port, count).All(IsFree))
            {
                return port;
            }
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
