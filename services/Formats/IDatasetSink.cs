namespace Segmentation.Formats;

/// <summary>
/// Takes the files of a dataset, one after the other: a folder or an archive that is written as it grows.
/// </summary>
public interface IDatasetSink
{
    /// <summary>Begins a file. The stream is disposed before the next file begins.</summary>
    /// <param name="path">Path in the dataset, separated by <c>/</c>.</param>
    Stream Create(string path);
}
