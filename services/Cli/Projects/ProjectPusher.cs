using System.Globalization;
using Segmentation.Cli.Commands;
using Segmentation.Formats;
using Segmentation.Formats.Files;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Cli.Projects;

/// <summary><c>segctl projects push</c>: brings a folder, a picture, an archive or a file of annotations into a project.</summary>
/// <param name="server">The server.</param>
/// <param name="arguments">Arguments of the command.</param>
internal sealed class ProjectPusher(ProjectServer server, PushArguments arguments)
{
    private const int MaxNamed = 10;

    /// <summary>Pushes.</summary>
    /// <returns>0; 1 where something was left out.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var project = await server.FindAsync(arguments.Project, cancellationToken).ConfigureAwait(false);
        using var progress = new ProgressLine();
        var pictures = new PicturePusher(server, project, progress);
        var path = arguments.Path.FullName;
        Transfer? import = null;
        if (arguments.Path is DirectoryInfo)
        {
            import = await PushFolderAsync(project, pictures, progress, cancellationToken).ConfigureAwait(false);
        }
        else if (PictureEndings.Is(path))
        {
            await pictures
                .PushAsync([(arguments.Path.Name, path)], 1, cancellationToken)
                .ConfigureAwait(false);
        }
        else
        {
            import = await new FileTransfer(server, progress)
                .ImportAsync(
                    project, path, arguments.Path.Name, arguments.Format, arguments.AsProposals, cancellationToken)
                .ConfigureAwait(false);
        }

        var left = pictures.Failed;
        if (import is not null)
        {
            left += await TransferWaiter.NameErrorsAsync(server, import, progress, cancellationToken).ConfigureAwait(false);
        }

        progress.Dispose();
        await Console.Out.WriteLineAsync(Summary(project, pictures, import, left)).ConfigureAwait(false);
        return left == 0 ? CommandRunner.Success : CommandRunner.Failure;
    }

    private async Task<Transfer?> PushFolderAsync(
        Project project, PicturePusher pictures, ProgressLine progress, CancellationToken cancellationToken)
    {
        var folder = PushFolder.Open(arguments.Path.FullName, arguments.Format);
        List<(string Name, string Path)> found;
        try
        {
            found = await folder.PicturesAsync(cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DatasetFormatException error)
        {
            throw new CliException(error.Message, innerException: error);
        }

        await pictures.PushAsync(found, arguments.Parallel, cancellationToken).ConfigureAwait(false);
        if (folder.LeftOut().ToList() is { Count: > 0 } others)
        {
            progress.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"not pushed, since these are neither pictures nor a dataset in a format that is found out (--format names one): "
                + $"{string.Join(", ", others.Take(MaxNamed))}{(others.Count > MaxNamed ? $" and {others.Count - MaxNamed} more" : "")}."));
        }

        if (folder.Format is not { } format)
        {
            return null;
        }

        var archive = Path.Combine(Path.GetTempPath(), $"segctl-{Guid.NewGuid():n}.zip");
        try
        {
            await folder.PackAsync(archive, cancellationToken).ConfigureAwait(false);
            return await new FileTransfer(server, progress)
                .ImportAsync(project, archive, "annotations", format, arguments.AsProposals, cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            File.Delete(archive);
        }
    }

    private static string Summary(Project project, PicturePusher pictures, Transfer? import, long left)
    {
        var masks = import is null ? "" : Text($", {import.AnnotationCount} masks of {import.DoneCount} pictures imported");
        return Text($"{project.Name}: {pictures.Sent} pictures sent, {pictures.Had} there already{masks}")
            + (left > 0 ? Text($", {left} items left out") : "");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
