namespace Segmentation.Tests.Shared;

/// <summary>Where the programs under test were built.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>
    /// Artifacts' folder of published services, as the SDK divides it; null for those that the build made.
    /// </summary>
    public static string? Published { get; set; }

    /// <summary>A service's program, built in the same configuration as the program that asks, or published.</summary>
    public static string Program(string service)
    {
        if (Published is { } folder)
        {
            return Path.Combine(folder, $"Segmentation.{service}", "release", $"Segmentation.{service}.dll");
        }

        return Built("services", service);
    }

    /// <summary>A program of a folder under tests/, built in the same configuration as the program that asks.</summary>
    public static string TestProgram(string folder) => Built("tests", folder);

    /// <summary>A port that nobody listens on, and that no other test process is given.</summary>
    public static int FreePort() => FreePorts.Take(1);

    /// <summary>Two such ports, one after the other.</summary>
    public static (int First, int Second) FreeNeighbours()
    {
        var first = FreePorts.Take(2);
        return (first, first + 1);
    }

    private static string Built(string group, string folder)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(
            Root, group, folder, "bin", output.Parent!.Name, output.Name, $"Segmentation.{folder}.dll");
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
