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
        request.Labels.Add(
            await server.LabelsAsync(project, "--labels", arguments.Labels, cancellationToken).ConfigureAwait(false));
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
}
