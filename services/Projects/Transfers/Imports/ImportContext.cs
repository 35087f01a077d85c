using System.Globalization;
using Segmentation.Formats;
using Segmentation.Formats.Files;
using Segmentation.Projects.Transfers.Work;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers.Imports;

/// <summary>An import that is at work.</summary>
internal sealed class ImportContext
{
    private readonly Lazy<ILookup<string, string>> _byName;

    /// <param name="progress">The transfer.</param>
    /// <param name="request">The request that started the import.</param>
    /// <param name="source">The files.</param>
    /// <param name="upload">Id of the upload.</param>
    public ImportContext(TransferProgress progress, StartImportRequest request, IDatasetSource source, Guid upload)
    {
        (Progress, Request, Source, Upload) = (progress, request, source, upload);
        Done = progress.Cursor.Length > 0 ? long.Parse(progress.Cursor, CultureInfo.InvariantCulture) : 0;
        _byName = new(
            () => source.Files.Where(PictureEndings.Is).ToLookup(DatasetPath.FileName, StringComparer.Ordinal));
    }

    /// <summary>The transfer.</summary>
    public TransferProgress Progress { get; }

    /// <summary>The request that started the import.</summary>
    public StartImportRequest Request { get; }

    /// <summary>The files.</summary>
    public IDatasetSource Source { get; }

    /// <summary>
    /// Id of the upload, from which ids of annotations are made: an import that is started again for the same upload
    /// writes nothing twice, either.
    /// </summary>
    public Guid Upload { get; }

    /// <summary>Items that an attempt before this one did.</summary>
    public long Done { get; }

    /// <summary>The project.</summary>
    public Guid ProjectId => Progress.Row.ProjectId;

    /// <summary>Tenant of the project.</summary>
    public string Tenant => Progress.Row.Tenant;

    /// <summary>Finds the file of a picture in the upload; null: there is none, or several.</summary>
    public string? FileOf(string name)
    {
        var same = _byName.Value[DatasetPath.FileName(name)]
            .Where(path => path == name || path.EndsWith("/" + name, StringComparison.Ordinal))
            .Take(2)
            .ToList();
        return same.Count == 1 ? same[0] : null;
    }
}
