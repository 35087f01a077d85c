using Grpc.Core;
using Segmentation.Client.Projects;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Cli.Projects;

/// <summary>
/// Uploads a file and has it imported, or restored. All ids come from the file's content and the options, so that a
/// command that is run again goes on with the upload and with the transfer, and starts neither twice.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="progress">Shows progress.</param>
internal sealed class FileTransfer(ProjectServer server, ProgressLine progress)
{
    // Transfers of one file that failed, were cancelled or whose project is gone, before a person should look.
    private const int MaxAttempts = 100;

    // Restorations have no project of their own before they are done.
    private static readonly Guid _restorations = new("6f0f2f39-6f3d-4a52-9f5e-2f0c1f7a9d61");

    /// <summary>Imports an archive or one file of a format, or waits for the import that was started before.</summary>
    /// <param name="project">The project.</param>
    /// <param name="path">Path of the file.</param>
    /// <param name="name">Name to show.</param>
    /// <param name="format">Format; null: found out by the server.</param>
    /// <param name="asProposals">True to take masks as proposals.</param>
    /// <param name="cancellationToken">Gives up; the import goes on.</param>
    public Task<Transfer> ImportAsync(
        Project project, string path, string name, string? format, bool asProposals, CancellationToken cancellationToken) =>
        RunAsync(
            new(project.Id, Guid.Parse(project.Id), path, name, $"import/{format}/{asProposals}"),
            (upload, request) => server.Client.Transfers.StartImportAsync(
                new StartImportRequest
                {
                    Project = project.Id,
                    Upload = upload,
                    Format = format ?? "",
                    AsProposals = asProposals,
                    RequestId = request,
                },
                cancellationToken),
            _ => Task.FromResult(false),
            cancellationToken);

    /// <summary>
    /// Makes a new project of a backup. Where a command before this one did so under the same name, and the project was
    /// not deleted, that project is the result.
    /// </summary>
    /// <param name="path">Path of the backup.</param>
    /// <param name="project">Name of the new project; null: that of the backup.</param>
    /// <param name="cancellationToken">Gives up; the restoration goes on.</param>
    public Task<Transfer> RestoreAsync(string path, string? project, CancellationToken cancellationToken) =>
        RunAsync(
            new(ProjectTransfers.RestoreProject, _restorations, path, "restore", $"restore/{project}"),
            (upload, request) => server.Client.Transfers.RestoreAsync(
                new RestoreProjectRequest { Upload = upload, Name = project ?? "", RequestId = request }, cancellationToken),
            transfer => IsGoneAsync(transfer, cancellationToken),
            cancellationToken);

    private async Task<Transfer> RunAsync(
        Source source,
        Func<string, string, Task<Transfer>> start,
        Func<Transfer, Task<bool>> isVoid,
        CancellationToken cancellationToken)
    {
        var hash = await ProjectPictures.ImageIdOfAsync(source.Path, cancellationToken).ConfigureAwait(false);
        var upload = NameBasedId.Of(source.Space, $"upload/{hash}");
        for (var attempt = 1; ; attempt++)
        {
            var request = NameBasedId.Of(upload, $"{source.Options}/{attempt}").ToString("D");
            var transfer = await StartAsync(
                source, upload.ToString("D"), id => start(id, request), cancellationToken).ConfigureAwait(false);
            var mayBeAgain = transfer.State is TransferState.Failed or TransferState.Cancelled
                || (transfer.State == TransferState.Done && await isVoid(transfer).ConfigureAwait(false));
            if (attempt == MaxAttempts || !mayBeAgain)
            {
                return await TransferWaiter
                    .WaitAsync(server, transfer, source.Name, progress, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
    }

    private async Task<Transfer> StartAsync(
        Source source, string upload, Func<string, Task<Transfer>> start, CancellationToken cancellationToken)
    {
        try
        {
            return await start(upload).ConfigureAwait(false);
        }
        catch (RpcException missing) when (missing.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition)
        {
            // The upload is not there, or not whole.
        }

        var size = new FileInfo(source.Path).Length;
        await server.Client.Transfers.UploadAsync(
            source.Project,
            source.Path,
            upload,
            new ByteReport(bytes => progress.Show(
                $"{source.Name}: upload", bytes, size, $"{ByteText.Of(bytes)} of {ByteText.Of(size)}")),
            cancellationToken).ConfigureAwait(false);
        return await start(upload).ConfigureAwait(false);
    }

    private async Task<bool> IsGoneAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        try
        {
            var project = await server.Client.GetAsync(transfer.Project, cancellationToken).ConfigureAwait(false);
            return project.DeleteTime is not null;
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.NotFound)
        {
            return true;
        }
    }

    /// <summary>A file and what is done with it.</summary>
    /// <param name="Project">Id of the project that the file is uploaded to.</param>
    /// <param name="Space">Id within which the file's upload is unique.</param>
    /// <param name="Path">Path of the file.</param>
    /// <param name="Name">Name to show.</param>
    /// <param name="Options">Kind and options of the transfer: with others, another transfer is started.</param>
    private sealed record Source(string Project, Guid Space, string Path, string Name, string Options);
}
