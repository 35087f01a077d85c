using Segmentation.Projects.Objects;

namespace Segmentation.Projects.Pictures.SourceFiles;

/// <summary>Files of a source, by their paths within the source. Thread-safe.</summary>
internal interface IPictureSource
{
    /// <summary>All files, in the ordinal order of their paths.</summary>
    /// <param name="after">Only files after this path; empty: all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    IAsyncEnumerable<ObjectEntry> ListAsync(string after, CancellationToken cancellationToken);

    /// <summary>Opens a file; null: there is none.</summary>
    Task<Stream?> OpenAsync(string path, CancellationToken cancellationToken);
}
