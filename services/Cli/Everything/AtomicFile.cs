namespace Segmentation.Cli.Everything;

/// <summary>Writes files that are there as a whole or not at all, whenever the program or the machine stops.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a file in place of one that may be there.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var unfinished = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.unfinished");
        try
        {
            using var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write);
            write(stream);
            stream.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
