using Segmentation.Formats;

namespace Segmentation.Fuzz.Seeds;

/// <summary>A dataset of one file in memory.</summary>
/// <param name="path">Path of the file.</param>
/// <param name="bytes">Its content.</param>
internal sealed class DatasetBytes(string path, byte[] bytes) : IDatasetSource
{
    public IReadOnlyList<string> Files => [path];

    public long SizeOf(string file) => bytes.Length;

    public Stream Open(string file) => new MemoryStream(bytes, writable: false);
}
