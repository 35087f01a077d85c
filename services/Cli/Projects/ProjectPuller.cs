using Segmentation.Cli.Commands;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Cli.Projects;

/// <summary><c>segctl projects pull</c> and <c>backup</c>: have an archive made, and download it.</summary>
internal static class ProjectPuller
{
    /// <summary>Exports a project.</summary>
    /// <returns>0; 1 where something was left out.</returns>
    public static async Task<int> ExportAsync(
        ProjectServer server, PullArguments arguments, CancellationToken cancellationToken)
    {
        var project = await server.FindAsync(arguments.Project, cancellationToken).ConfigureAwait(false);
        var request = new StartExportRequest
        {
            Project = project.Id,
            Format = arguments.Format,
            IncludePictures = arguments.WithPictures,
            IncludeProposals = arguments.WithProposals,
        };
        request.Labels.Add(await LabelsAsync(server, project, arguments.Labels, cancellationToken).ConfigureAwait(false));
        return await new ResultFile(server, project, arguments.Output).FetchAsync(
            "export",
            request.ToString(),
            id => server.Client.Transfers.StartExportAsync(new(request) { RequestId = id }, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Backs a project up.</summary>
    /// <returns>0; 1 where something was left out.</returns>
    public static async Task<int> BackUpAsync(
        ProjectServer server, string name, string output, bool withPictures, CancellationToken cancellationToken)
    {
        var project = await server.FindAsync(name, cancellationToken).ConfigureAwait(false);
        var request = new StartBackupRequest { Project = project.Id, IncludePictures = withPictures };
        return await new ResultFile(server, project, output).FetchAsync(
            "backup",
            "backup " + request,
            id => server.Client.Transfers.StartBackupAsync(new(request) { RequestId = id }, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task<List<int>> LabelsAsync(
        ProjectServer server, Project project, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
        {
            return [];
        }

        var labels = await server.Client.ListLabelsAsync(project.Id, cancellationToken: cancellationToken).ConfigureAwait(false);
        return
        [
            .. names.Select(name => labels.FirstOrDefault(label => label.Name == name)?.Id
                ?? throw new CliException(
                    $"--labels: {project.Name} has no label '{name}'; its labels are "
                    + $"{string.Join(", ", labels.Select(label => label.Name))}.",
                    CommandRunner.Usage)),
        ];
    }
}
