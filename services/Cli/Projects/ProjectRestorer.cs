using Segmentation.Cli.Commands;

namespace Segmentation.Cli.Projects;

/// <summary><c>segctl projects restore</c>: uploads a backup, and has a new project made of it.</summary>
internal static class ProjectRestorer
{
    /// <summary>Restores a backup and writes the new project's id.</summary>
    /// <returns>0; 1 where something was left out.</returns>
    public static async Task<int> RunAsync(
        ProjectServer server, string path, string? name, CancellationToken cancellationToken)
    {
        using var progress = new ProgressLine();
        var transfer = await new FileTransfer(server, progress)
            .RestoreAsync(path, name, cancellationToken)
            .ConfigureAwait(false);
        var left = await TransferWaiter.NameErrorsAsync(server, transfer, progress, cancellationToken).ConfigureAwait(false);
        progress.Dispose();
        await Console.Out.WriteLineAsync(transfer.Project).ConfigureAwait(false);
        return left == 0 ? CommandRunner.Success : CommandRunner.Failure;
    }
}
