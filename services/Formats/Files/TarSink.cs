using System.Formats.Tar;
using System.IO.Compression;

namespace Segmentation.Formats.Files;

/// <summary>
/// Writes a dataset as a tar archive. A file goes into the archive when its stream is disposed; until then it lies in a
/// temporary file, for its size stands before it. Disposing the sink ends the archive.
/// </summary>
public sealed class TarSink : IDatasetSink, IDisposable
{
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly Stream? _gzip;
    private readonly TarWriter _writer;

    /// <param name="output">Takes the archive; left open.</param>
    /// <param name="compress">True: compressed with gzip.</param>
    public TarSink(Stream output, bool compress = false)
    {
        _gzip = compress ? new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true) : null;
        _writer = new(_gzip ?? output, TarEntryFormat.Pax, leaveOpen: true);
    }

    /// <inheritdoc />
    /// <exception cref="DatasetFormatException">The path leads out of the dataset.</exception>
    /// <exception cref="IOException">The archive has such a file already.</exception>
    public Stream Create(string path)
    {
        path = DatasetPath.Of(path);
        return _paths.Add(path)
            ? new SpooledStream(content => _writer.WriteEntry(
                new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = content }))
            : throw new IOException($"The archive has {path} already.");
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _writer.Dispose();
        _gzip?.Dispose();
    }
}
