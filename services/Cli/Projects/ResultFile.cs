using System.Globalization;
using Segmentation.Cli.Commands;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Cli.Projects;

/// <summary>
/// Fetches the result of a transfer into a file. The id of the request lies in a file beside it until all is there: a
/// command that was cut off goes on with the same transfer and the same bytes when it is run again.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="project">The project.</param>
/// <param name="output">Path of the file to write.</param>
internal sealed class ResultFile(ProjectServer server, Project project, string output)
{
    private string RequestPath => output + ".request";

    /// <summary>Starts the transfer or goes on with it, waits, and downloads.</summary>
    /// <param name="what">Name of the work.</param>
    /// <param name="options">All options of the transfer as a text: with others, another transfer is started.</param>
    /// <param name="start">Starts the transfer under a request id.</param>
    /// <param name="cancellationToken">Gives up; the transfer goes on.</param>
    public async Task<int> FetchAsync(
        string what, string options, Func<string, Task<Transfer>> start, CancellationToken cancellationToken)
    {
        if (Directory.Exists(output))
        {
            throw new CliException($"--output: {output} is a folder; name a file.", CommandRunner.Usage);
        }

        using var progress = new ProgressLine();
        var transfer = await StartAsync($"{project.Id} {options}", start, cancellationToken).ConfigureAwait(false);
        transfer = await TransferWaiter.WaitAsync(server, transfer, what, progress, cancellationToken).ConfigureAwait(false);
        var size = transfer.SizeBytes;
        await server.Client.Transfers.DownloadAsync(
            project.Id,
            transfer.Id,
            output,
            new ByteReport(bytes => progress.Show("download", bytes, size, ByteText.Of(bytes) + " of " + ByteText.Of(size))),
            cancellationToken).ConfigureAwait(false);
        File.Delete(RequestPath);
        var left = await TransferWaiter.NameErrorsAsync(server, transfer, progress, cancellationToken).ConfigureAwait(false);
        progress.Dispose();
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{output}: {transfer.DoneCount} pictures, {transfer.AnnotationCount} masks, {ByteText.Of(size)}"))
            .ConfigureAwait(false);
        return left == 0 ? CommandRunner.Success : CommandRunner.Failure;
    }

    private async Task<Transfer> StartAsync(
        string options, Func<string, Task<Transfer>> start, CancellationToken cancellationToken)
    {
        if (await ReadRequestAsync(options, cancellationToken).ConfigureAwait(false) is { } request)
        {
            var known = await start(request).ConfigureAwait(false);
            if (known.State == TransferState.Running || (known.State == TransferState.Done && known.SizeBytes > 0))
            {
                return known;
            }
        }

        request = Guid.CreateVersion7().ToString();
        await File.WriteAllTextAsync(RequestPath, $"{request} {options}", cancellationToken).ConfigureAwait(false);
        return await start(request).ConfigureAwait(false);
    }

    /// <summary>The request that was cut off; null: none was, or one with other options.</summary>
    private async Task<string?> ReadRequestAsync(string options, CancellationToken cancellationToken)
    {
        if (!File.Exists(RequestPath))
        {
            return null;
        }

        var text = await File.ReadAllTextAsync(RequestPath, cancellationToken).ConfigureAwait(false);
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && text[(space + 1)..] == options && Guid.TryParse(text[..space], out var id)
            ? id.ToString()
            : null;
    }
}
