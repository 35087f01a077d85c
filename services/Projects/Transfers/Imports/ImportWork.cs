using System.Globalization;
using Segmentation.Formats;
using Segmentation.Formats.Files;
using Segmentation.Formats.Registry;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Transfers.Uploads;
using Segmentation.Projects.Transfers.Work;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers.Imports;

/// <summary>
/// Imports: pictures, labels and masks of an upload. After a death the pictures that are done are passed over, and what
/// was begun is repeated with the same ids, so that nothing is there twice.
/// </summary>
internal sealed class ImportWork(
    UploadStore uploads, ImportPictures pictures, ImportLabels labels, ImportMasks masks) : ITransferWork
{
    /// <inheritdoc/>
    public TransferKind Kind => TransferKind.Import;

    /// <inheritdoc/>
    public async Task RunAsync(TransferProgress progress, CancellationToken cancellationToken)
    {
        var request = StartImportRequest.Parser.ParseFrom(progress.Row.Request);
        var id = Guid.Parse(request.Upload);
        var upload = await uploads.FindForWorkAsync(progress.Row.Tenant, id, cancellationToken);
        await using (var file = await UploadedFile.OpenAsync(uploads, upload, cancellationToken))
        {
            var import = new ImportContext(progress, request, file.Source, id);
            if (FindReader(request.Format, file.Source) is { } reader)
            {
                await ImportAsync(import, reader, cancellationToken);
            }
            else
            {
                await ImportPicturesAsync(import, cancellationToken);
            }
        }

        await progress.SaveAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task CleanUpAsync(TransferRow transfer, CancellationToken cancellationToken) => uploads.DeleteAsync(
        transfer.Tenant, Guid.Parse(StartImportRequest.Parser.ParseFrom(transfer.Request).Upload), cancellationToken);

    /// <summary>The reader of a format; null: the files are pictures alone.</summary>
    private static IDatasetReader? FindReader(string format, IDatasetSource source)
    {
        if (format == DatasetFormats.Pictures)
        {
            return null;
        }

        if (format.Length > 0)
        {
            return DatasetFormats.FindReader(format)
                ?? throw new TransferFailedException($"This server cannot read the format {format}.");
        }

        if (DatasetFormats.Recognise(source) is { } reader)
        {
            return reader;
        }

        return source.Files.Any(PictureEndings.Is)
            ? null
            : throw new TransferFailedException(
                "The files are of no format that this server finds out, and none of them is a picture. Name the format: "
                + string.Join(", ", DatasetFormats.Readers.Select(one => one.Format)) + ".");
    }

    private async Task ImportPicturesAsync(ImportContext import, CancellationToken cancellationToken)
    {
        var progress = import.Progress;
        progress.ItemCount = import.Source.Files.Count;
        for (var index = import.Done; index < import.Source.Files.Count; index++)
        {
            var path = import.Source.Files[(int)index];
            if (PictureEndings.Is(path))
            {
                await pictures.AddAsync(import, path, path, null, cancellationToken);
            }
            else
            {
                progress.Errors.Add(
                    path,
                    "",
                    $"The file is no picture: its name ends in none of {string.Join(", ", PictureEndings.All)}.");
            }

            await DoneAsync(progress, index + 1, cancellationToken);
        }
    }

    private async Task ImportAsync(ImportContext import, IDatasetReader reader, CancellationToken cancellationToken)
    {
        var progress = import.Progress;
        var found = await reader.ReadLabelsAsync(import.Source, cancellationToken);
        var names = await labels.OpenAsync(progress.Row.ProjectId, found, cancellationToken);
        var (index, done) = (0L, import.Done);
        var read = reader.ReadAsync(
            import.Source, name => pictures.SizeOf(import, name), Report, cancellationToken);
        await foreach (var picture in read)
        {
            if (index++ < done)
            {
                continue;
            }

            if (await FindAsync(import, picture, cancellationToken) is { } row)
            {
                progress.AnnotationCount += await masks.WriteAsync(import, row, picture, names, cancellationToken);
            }

            await DoneAsync(progress, index, cancellationToken);
        }

        void Report(DatasetProblem problem)
        {
            // What was reported before the death is in the record.
            if (index >= done)
            {
                progress.Errors.Add(problem.Item, problem.Field, problem.Reason);
            }
        }
    }

    private async Task<PictureRow?> FindAsync(
        ImportContext import, DatasetPicture picture, CancellationToken cancellationToken)
    {
        if (await pictures.FindAsync(import, picture.Name, cancellationToken) is { } known)
        {
            return known;
        }

        if (import.Request.OnlyKnownPictures || picture.File is null)
        {
            import.Progress.Errors.Add(
                picture.Name,
                "",
                picture.File is null
                    ? "The project has no picture of this name, and the upload has no file of it. Add the picture, and import "
                        + "again."
                    : "The project has no picture of this name, and the import takes only those that the project has.");
            return null;
        }

        return await pictures.AddAsync(import, picture.File, picture.Name, picture, cancellationToken);
    }

    private static Task DoneAsync(TransferProgress progress, long count, CancellationToken cancellationToken)
    {
        (progress.DoneCount, progress.Cursor) = (count, count.ToString(CultureInfo.InvariantCulture));
        return progress.SaveSometimesAsync(cancellationToken);
    }
}
