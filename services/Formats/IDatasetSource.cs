namespace Segmentation.Formats;

/// <summary>The files of a dataset: a folder, an archive, or one file. Safe for one reader at a time.</summary>
public interface IDatasetSource
{
    /// <summary>Paths of all files, separated by <c>/</c>, in ordinal order. None leads out of the dataset.</summary>
    IReadOnlyList<string> Files { get; }

    /// <summary>Size of a file in bytes.</summary>
    /// <param name="path">One of <see cref="Files"/>.</param>
    long SizeOf(string path);

    /// <summary>Opens a file from its beginning. Files may be opened again, and several at once.</summary>
    /// <param name="path">One of <see cref="Files"/>.</param>
    /// <exception cref="FileNotFoundException">The dataset has no such file.</exception>
    Stream Open(string path);
}
