using System.Globalization;
using Google.Protobuf;
using Segmentation.Cli.Commands;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Cli.Projects;

/// <summary>Creates, lists and deletes projects.</summary>
internal static class ProjectLister
{
    /// <summary>Creates a project and writes its id.</summary>
    public static async Task<int> CreateAsync(
        ProjectServer server, string name, IEnumerable<string> labels, CancellationToken cancellationToken)
    {
        var project = await server.Client.CreateAsync(name, labels, null, cancellationToken).ConfigureAwait(false);
        await Console.Out.WriteLineAsync(project.Id).ConfigureAwait(false);
        return CommandRunner.Success;
    }

    /// <summary>Writes a line for each project, or a JSON array.</summary>
    public static async Task<int> ListAsync(ProjectServer server, bool asJson, CancellationToken cancellationToken)
    {
        var projects = new List<Project>();
        await foreach (var project in server.Client.ListAsync(false, cancellationToken).ConfigureAwait(false))
        {
            projects.Add(project);
        }

        await Console.Out.WriteLineAsync(asJson ? Json(projects) : Table(projects)).ConfigureAwait(false);
        return CommandRunner.Success;
    }

    /// <summary>Deletes a project.</summary>
    public static async Task<int> DeleteAsync(ProjectServer server, string name, CancellationToken cancellationToken)
    {
        var project = await server.FindAsync(name, cancellationToken).ConfigureAwait(false);
        await server.Client.DeleteAsync(project.Id, cancellationToken).ConfigureAwait(false);
        await Console.Out.WriteLineAsync($"{project.Name} is deleted, and can be restored for 30 days.").ConfigureAwait(false);
        return CommandRunner.Success;
    }

    private static string Json(List<Project> projects) =>
        $"[{string.Join(',', projects.Select(project => JsonFormatter.Default.Format(project)))}]";

    private static string Table(List<Project> projects)
    {
        if (projects.Count == 0)
        {
            return "no projects";
        }

        var width = Math.Max(4, projects.Max(project => project.Name.Length));
        var lines = projects.Select(project => string.Create(
            CultureInfo.InvariantCulture,
            $"{project.Name.PadRight(width)}  {project.Counts?.Pictures ?? 0,10}  {project.Counts?.Done ?? 0,10}  "
            + $"{project.Counts?.Annotations ?? 0,11}  {project.Id}"));
        return string.Join(
            Environment.NewLine,
            lines.Prepend($"{"name".PadRight(width)}  {"pictures",10}  {"done",10}  {"annotations",11}  id"));
    }
}
