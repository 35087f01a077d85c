namespace Segmentation.Formats.Tests;

/// <summary>Files of a dataset in memory: what a writer wrote is what a reader reads.</summary>
internal sealed class MemoryDataset : IDatasetSink, IDatasetSource
{
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private string? _open;

    /// <summary>Makes a dataset of texts.</summary>
    public static MemoryDataset Of(params (string Path, string Text)[] files)
    {
        var dataset = new MemoryDataset();
        foreach (var (path, text) in files)
        {
            dataset.Add(path, System.Text.Encoding.UTF8.GetBytes(text));
        }

        return dataset;
    }

    public IReadOnlyList<string> Files => [.. _files.Keys];

    public MemoryDataset Add(string path, byte[] bytes)
    {
        _files.Add(path, bytes);
        return this;
    }

    public byte[] Bytes(string path) => _files[path];

    public string Text(string path) => System.Text.Encoding.UTF8.GetString(_files[path]);

    public long SizeOf(string path) => _files[path].Length;

    public Stream Open(string path) => _files.TryGetValue(path, out var bytes)
        ? new MemoryStream(bytes, writable: false)
        : throw new FileNotFoundException("No such file.", path);

    public Stream Create(string path)
    {
        Assert.Null(_open);
        Assert.DoesNotContain(path, _files.Keys);
        _open = path;
        return new Closing(this, path);
    }

    private sealed class Closing(MemoryDataset dataset, string path) : MemoryStream
    {
        private bool _isClosed;

        protected override void Dispose(bool disposing)
        {
            if (!_isClosed)
            {
                _isClosed = true;
                dataset._files.Add(path, ToArray());
                dataset._open = null;
            }

            base.Dispose(disposing);
        }
    }
}
