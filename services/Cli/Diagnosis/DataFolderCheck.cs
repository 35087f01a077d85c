using System.Globalization;

namespace Segmentation.Cli.Diagnosis;

/// <summary>The folder in which a server would keep projects: whether it can be written, and its free space.</summary>
internal static class DataFolderCheck
{
    private const string Name = "data folder";
    private const string Variable = "Segmentation__Projects__DataFolder";
    private const string Default = "data";
    private const double GiB = 1L << 30;

    /// <summary>Looks at the folder, or at the folder that it would be made in, and leaves nothing there.</summary>
    /// <param name="option">The folder; null: what the environment names, or the servers' default.</param>
    public static IEnumerable<Finding> Run(string? option)
    {
        var folder = Path.GetFullPath(option ?? Environment.GetEnvironmentVariable(Variable) ?? Default);
        var there = folder;
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } parent)
        {
            there = parent;
        }

        var said = there == folder ? folder : $"{folder}, which would be made in {there},";
        var probe = Path.Combine(there, $".segctl-doctor-{Guid.NewGuid():n}");
        double free;
        try
        {
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }

            free = new DriveInfo(there).AvailableFreeSpace / GiB;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return
            [
                Finding.Failed(
                    Name,
                    $"{said} cannot be written: {error.Message}",
                    "Let the server's user write there, or name another folder as Segmentation:Projects:DataFolder (--data)."),
            ];
        }

        var text = string.Create(CultureInfo.InvariantCulture, $"{said} can be written, {free:0.0} GiB free");
        return
        [
            free < 1
                ? Finding.Warning(Name, text, "Make space: pictures, exports and the database need it.")
                : Finding.Ok(Name, text),
        ];
    }
}
