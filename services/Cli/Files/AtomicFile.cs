namespace Segmentation.Cli.Files;

/// <summary>Writes files that are there as a whole or not at all, whenever the program or the machine stops.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Writes a file in place of one that may be there. A link that may be there is replaced, not followed. What a
    /// killed program left unfinished is hidden, and gone when the file is written.
    /// </summary>
    /// <exception cref="IOException">The disk is full, or another program writes the same file.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var unfinished = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.unfinished");
        // A failure here means that the file is another program's: it stays.
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
