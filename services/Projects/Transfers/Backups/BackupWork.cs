using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Segmentation.Formats.Files;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Transfers.Exports;
using Segmentation.Projects.Transfers.Work;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers.Backups;

/// <summary>
/// Backups: a zip archive with a manifest, the rows of each table as lines of JSON, and the pictures' files where they
/// are asked for. All rows are of one moment. Begun anew after a death.
/// </summary>
internal sealed class BackupWork(
    IProjectsDbFactory databases, ExportFiles files, ResultStore results, TimeProvider clock) : ITransferWork
{
    private const int FileBatch = 200;

    /// <inheritdoc/>
    public TransferKind Kind => TransferKind.Backup;

    /// <inheritdoc/>
    public async Task RunAsync(TransferProgress progress, CancellationToken cancellationToken)
    {
        await progress.RestartAsync(cancellationToken);
        var request = StartBackupRequest.Parser.ParseFrom(progress.Row.Request);
        var key = ObjectKeys.Result(progress.Row.Tenant, progress.Row.Id);
        progress.SizeBytes = await results.WriteAsync(
            key, (stream, token) => WriteAsync(progress, request, stream, token), cancellationToken);
        progress.ObjectKey = key;
    }

    private async Task WriteAsync(
        TransferProgress progress, StartBackupRequest request, Stream stream, CancellationToken cancellationToken)
    {
        using var sink = new ZipSink(stream);
        var numbers = new BackupNumbers();
        await using (var snapshot = await BackupSnapshot.OpenAsync(databases, cancellationToken))
        {
            await WriteManifestAsync(progress, request, snapshot.Db, sink, cancellationToken);
            foreach (var section in BackupSections.All)
            {
                await using var file = sink.Create(section.Path);
                await using var buffered = new BufferedStream(file, 1 << 16);
                await section.WriteAsync(
                    snapshot.Db, progress.Row.ProjectId, numbers, buffered, () => CountAsync(section), cancellationToken);
            }
        }

        if (request.IncludePictures)
        {
            await WriteFilesAsync(progress, numbers.Pictures.Old, sink, cancellationToken);
        }

        Task CountAsync(IBackupSection section)
        {
            progress.AnnotationCount += section == DrawnSections.Annotations ? 1 : 0;
            progress.DoneCount += section == PictureSections.Pictures && !request.IncludePictures ? 1 : 0;
            return progress.SaveSometimesAsync(cancellationToken);
        }
    }

    private async Task WriteManifestAsync(
        TransferProgress progress,
        StartBackupRequest request,
        ProjectsDb db,
        ZipSink sink,
        CancellationToken cancellationToken)
    {
        var id = progress.Row.ProjectId;
        var project = await db.Projects.AsNoTracking()
            .FirstOrDefaultAsync(row => row.Id == id && row.DeleteTime == null, cancellationToken)
            ?? throw new TransferFailedException("The project was deleted.");
        progress.ItemCount = await db.Pictures.LongCountAsync(
            row => row.ProjectId == id && row.DeleteTime == null, cancellationToken);
        progress.FileName = ResultNames.Of(project.Name, "backup");
        project.Tenant = "";
        await using var file = sink.Create(BackupManifest.Path);
        await JsonSerializer.SerializeAsync(
            file,
            new BackupManifest
            {
                Form = BackupManifest.FormName,
                Version = BackupManifest.Newest,
                Time = clock.GetUtcNow(),
                HasFiles = request.IncludePictures,
                PictureCount = progress.ItemCount,
                Project = project,
            },
            BackupJson.Options,
            cancellationToken);
    }

    private async Task WriteFilesAsync(
        TransferProgress progress, IReadOnlyList<long> pictures, ZipSink sink, CancellationToken cancellationToken)
    {
        foreach (var ids in pictures.Chunk(FileBatch))
        {
            var rows = await databases.ReadAsync(
                (db, token) => db.Pictures.Where(row => ids.Contains(row.Id)).OrderBy(row => row.Id).ToListAsync(token),
                cancellationToken);
            foreach (var row in rows)
            {
                await files.WriteOriginalAsync(
                    progress.Row.Tenant,
                    row,
                    BackupSections.FileOf(row.Sha256),
                    sink,
                    problem => progress.Errors.Add(problem.Item, problem.Field, problem.Reason),
                    cancellationToken);
                progress.DoneCount++;
                await progress.SaveSometimesAsync(cancellationToken);
            }
        }
    }
}
