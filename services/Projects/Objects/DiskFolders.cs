using System.Runtime.InteropServices;
using System.Text;

namespace Segmentation.Projects.Objects;

/// <summary>
/// Writes folders to the disk: without that a new name may be gone after a loss of power, although the file's bytes are
/// there. Nothing is done on Windows, whose file system writes names itself.
/// </summary>
internal static class DiskFolders
{
    private const int ReadOnly = 0;

    /// <summary>Writes a folder and those above up to a root, which may be new, too.</summary>
    public static void Flush(string folder, string root)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        for (var at = folder; at.Length >= root.Length; at = Path.GetDirectoryName(at)!)
        {
            var handle = Open(Encoding.UTF8.GetBytes(at + "\0"), ReadOnly);
            if (handle >= 0)
            {
                // Some file systems cannot: then the name is as safe as that file system makes names.
                _ = Synchronise(handle);
                _ = Close(handle);
            }

            if (at.Length == root.Length)
            {
                return;
            }
        }
    }

    [DllImport("libc", EntryPoint = "open")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Synchronise(int handle);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
