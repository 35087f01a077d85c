namespace Segmentation.Cli.Files;

/// <summary>Writes files atomically: complete or not at all, whenever the program or the machine stops.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Writes a file and replaces an existing one. An existing link is replaced, not followed. The unfinished file of a
    /// killed program is hidden, and removed when the file is written.
    /// </summary>
    /// <exception cref="IOException">The disk is full, or another program writes the same file.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var unfinished = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.unfinished");
        // A failure here means that another program writes the file, which stays.
        using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            try
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            catch
            {
                File.Delete(unfinished);
                throw;
            }
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
