using Segmentation.Cli.Commands;
using Segmentation.Client.Projects;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Cli.Projects;

/// <summary><c>segctl projects restore</c>: uploads a backup, and has a new project made of it.</summary>
internal static class ProjectRestorer
{
    // Uploads of one archive have one id, so that one that was cut off goes on.
    private static readonly Guid _space = new("6f0f2f39-6f3d-4a52-9f5e-2f0c1f7a9d61");

    /// <summary>Restores a backup and writes the new project's id.</summary>
    /// <returns>0; 1 where something was left out.</returns>
    public static async Task<int> RunAsync(
        ProjectServer server, string path, string? name, CancellationToken cancellationToken)
    {
        using var progress = new ProgressLine();
        var size = new FileInfo(path).Length;
        var upload = NameBasedId.Of(_space, await ProjectPictures.ImageIdOfAsync(path, cancellationToken).ConfigureAwait(false)).ToString("D");
        await server.Client.Transfers.UploadAsync(
            ProjectTransfers.RestoreProject,
            path,
            upload,
            new ByteReport(bytes => progress.Show("upload", bytes, size, $"{ByteText.Of(bytes)} of {ByteText.Of(size)}")),
            cancellationToken).ConfigureAwait(false);
        var request = new RestoreProjectRequest { Upload = upload, Name = name ?? "" };
        var transfer = await server.Client.Transfers.RestoreAsync(request, cancellationToken).ConfigureAwait(false);
        transfer = await TransferWaiter.WaitAsync(server, transfer, "restore", progress, cancellationToken).ConfigureAwait(false);
        var left = await TransferWaiter.NameErrorsAsync(server, transfer, progress, cancellationToken).ConfigureAwait(false);
        progress.Dispose();
        await Console.Out.WriteLineAsync(transfer.Project).ConfigureAwait(false);
        return left == 0 ? CommandRunner.Success : CommandRunner.Failure;
    }
}
