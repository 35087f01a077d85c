using System.Text.Json;
using Google.Protobuf;
using Segmentation.Formats;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Transfers.Uploads;
using Segmentation.Projects.Transfers.Work;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers.Backups;

/// <summary>
/// Restorations: make a new project of a backup. The project's own row comes last, so that nobody sees half of it. After
/// a death the rows are taken away and the work begins anew.
/// </summary>
internal sealed class RestoreWork(
    IProjectsDbFactory databases, UploadStore uploads, RestoreFiles files, RestoredProject projects) : ITransferWork
{
    private const long MaxManifestBytes = 16 * 1024 * 1024;

    /// <inheritdoc/>
    public TransferKind Kind => TransferKind.Restore;

    /// <inheritdoc/>
    public async Task RunAsync(TransferProgress progress, CancellationToken cancellationToken)
    {
        if (await projects.ExistsAsync(progress.Row.ProjectId, cancellationToken))
        {
            // An attempt before this one died after its last step.
            return;
        }

        var request = RestoreProjectRequest.Parser.ParseFrom(progress.Row.Request);
        await progress.RestartAsync(cancellationToken);
        await projects.DeleteRowsAsync(progress.Row.ProjectId, cancellationToken);
        try
        {
            await RestoreAsync(progress, request, cancellationToken);
        }
        catch
        {
            await projects.DeleteRowsAsync(progress.Row.ProjectId, CancellationToken.None);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task CleanUpAsync(TransferRow transfer, CancellationToken cancellationToken) => uploads.DeleteAsync(
        transfer.Tenant, Guid.Parse(RestoreProjectRequest.Parser.ParseFrom(transfer.Request).Upload), cancellationToken);

    private async Task RestoreAsync(
        TransferProgress progress, RestoreProjectRequest request, CancellationToken cancellationToken)
    {
        var upload = await uploads.FindForWorkAsync(progress.Row.Tenant, Guid.Parse(request.Upload), cancellationToken);
        await using var file = await UploadedFile.OpenAsync(uploads, upload, cancellationToken);
        var source = file.Source;
        var manifest = await ReadManifestAsync(source, cancellationToken);
        progress.ItemCount = manifest.PictureCount;
        var numbers = new BackupNumbers(
            await CollidesAsync(source, cancellationToken) ? progress.Row.ProjectId : null);
        var restore = new RestoreContext(databases, progress, numbers);
        foreach (var section in BackupSections.All.Where(section => source.Files.Contains(section.Path)))
        {
            await using var lines = source.Open(section.Path);
            await section.ReadAsync(restore, lines, cancellationToken);
        }

        await files.RestoreAsync(restore, source, cancellationToken);
        await progress.SaveAsync(cancellationToken);
        await projects.PublishAsync(progress.Row, manifest.Project, request.Name, cancellationToken);
    }

    private async Task<bool> CollidesAsync(IDatasetSource source, CancellationToken cancellationToken)
    {
        foreach (var section in BackupSections.All.Where(section => source.Files.Contains(section.Path)))
        {
            await using var lines = source.Open(section.Path);
            if (await section.CollidesAsync(databases, lines, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<BackupManifest> ReadManifestAsync(
        IDatasetSource source, CancellationToken cancellationToken)
    {
        const string NoBackup = "The file is no backup of a project: ";
        if (!source.Files.Contains(BackupManifest.Path) || source.SizeOf(BackupManifest.Path) > MaxManifestBytes)
        {
            throw new TransferFailedException($"{NoBackup}it has no {BackupManifest.Path}. Datasets are imported into a project.");
        }

        try
        {
            await using var stream = source.Open(BackupManifest.Path);
            var manifest = await JsonSerializer.DeserializeAsync<BackupManifest>(
                stream, BackupJson.Options, cancellationToken);
            if (manifest?.Form != BackupManifest.FormName)
            {
                throw new TransferFailedException($"{NoBackup}its {BackupManifest.Path} has another form.");
            }

            _ = ProjectSettings.Parser.ParseFrom(manifest.Project.Settings);
            return manifest.Version <= BackupManifest.Newest
                ? manifest
                : throw new TransferFailedException(
                    $"The backup has version {manifest.Version}, and this server reads up to {BackupManifest.Newest}. Restore "
                    + "the backup with a newer server.");
        }
        catch (Exception error) when (error is JsonException or InvalidProtocolBufferException)
        {
            throw new TransferFailedException($"{NoBackup}{BackupManifest.Path} is damaged: {error.Message}", error);
        }
    }
}
