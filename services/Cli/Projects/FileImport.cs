using Grpc.Core;
using Segmentation.Client.Projects;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Cli.Projects;

/// <summary>
/// Imports a file: an archive, or one file of a format. All ids come from the file's content, so that a command that is
/// run again goes on with the upload and with the import, and starts neither twice.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="project">The project.</param>
/// <param name="progress">Shows progress.</param>
internal sealed class FileImport(ProjectServer server, Project project, ProgressLine progress)
{
    // Imports of one file that failed or were cancelled, before a person should look.
    private const int MaxAttempts = 100;

    /// <summary>Imports a file, or waits for the import that was started before.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="name">Name to show.</param>
    /// <param name="format">Format; null: found out by the server.</param>
    /// <param name="asProposals">True to take masks as proposals.</param>
    /// <param name="cancellationToken">Gives up; the import goes on.</param>
    public async Task<Transfer> RunAsync(
        string path, string name, string? format, bool asProposals, CancellationToken cancellationToken)
    {
        var hash = await ProjectPictures.ImageIdOfAsync(path, cancellationToken).ConfigureAwait(false);
        var upload = NameBasedId.Of(Guid.Parse(project.Id), $"upload/{hash}");
        for (var attempt = 1; ; attempt++)
        {
            var request = new StartImportRequest
            {
                Project = project.Id,
                Upload = upload.ToString("D"),
                Format = format ?? "",
                AsProposals = asProposals,
                RequestId = NameBasedId.Of(upload, $"import/{format}/{asProposals}/{attempt}").ToString("D"),
            };
            var transfer = await StartAsync(request, path, name, cancellationToken).ConfigureAwait(false);
            if (attempt == MaxAttempts || transfer.State is not (TransferState.Failed or TransferState.Cancelled))
            {
                return await TransferWaiter.WaitAsync(server, transfer, name, progress, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<Transfer> StartAsync(
        StartImportRequest request, string path, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await server.Client.Transfers.StartImportAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException missing) when (missing.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition)
        {
            // The upload is not there, or not whole.
        }

        var size = new FileInfo(path).Length;
        await server.Client.Transfers.UploadAsync(
            project.Id,
            path,
            request.Upload,
            new ByteReport(bytes => progress.Show($"{name}: upload", bytes, size, $"{ByteText.Of(bytes)} of {ByteText.Of(size)}")),
            cancellationToken).ConfigureAwait(false);
        return await server.Client.Transfers.StartImportAsync(request, cancellationToken).ConfigureAwait(false);
    }
}
