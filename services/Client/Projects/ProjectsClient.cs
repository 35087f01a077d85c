using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Client.Projects;

/// <summary>
/// Client of a server's projects: pictures, labels, annotations, jobs, reviews, runs, imports and exports. Safe to
/// share between threads; one instance a process is enough.
/// </summary>
/// <remarks>
/// Every call but <see cref="ProjectJobs.FinishPictureAsync"/> is sent again after a lost connection, as often as the
/// options say: what creates something carries an id, so that nothing happens twice. All methods throw
/// <see cref="RpcException"/> when the server refused; its <c>GetRpcStatus()</c> says what to do.
/// </remarks>
public sealed class ProjectsClient : IDisposable
{
    private readonly ProjectsConnection _connection;
    private readonly ProjectService.ProjectServiceClient _projects;

    /// <summary>Creates a client, which connects when it is first used.</summary>
    /// <param name="server">
    /// The server's gRPC port, for example <c>http://localhost:7080</c> or <c>https://segmentation.example</c>. Over
    /// http a credential can be read by everybody between here and there.
    /// </param>
    /// <param name="options">Credential and reconnection options; null for none and the defaults.</param>
    public ProjectsClient(Uri server, SegmentationClientOptions? options = null)
    {
        _connection = new ProjectsConnection(server, options ?? new SegmentationClientOptions());
        _projects = new ProjectService.ProjectServiceClient(_connection.Channel);
        Pictures = new ProjectPictures(_connection);
        Annotations = new ProjectAnnotations(_connection);
        Jobs = new ProjectJobs(_connection);
        Runs = new ProjectRuns(_connection);
        Reviews = new ProjectReviews(_connection);
        Transfers = new ProjectTransfers(_connection);
    }

    /// <summary>Pictures of projects.</summary>
    public ProjectPictures Pictures { get; }

    /// <summary>Annotations of pictures.</summary>
    public ProjectAnnotations Annotations { get; }

    /// <summary>Jobs: sets of pictures with a task.</summary>
    public ProjectJobs Jobs { get; }

    /// <summary>Runs of a model over pictures.</summary>
    public ProjectRuns Runs { get; }

    /// <summary>Verdicts, issues, audits and figures.</summary>
    public ProjectReviews Reviews { get; }

    /// <summary>Imports, exports and backups.</summary>
    public ProjectTransfers Transfers { get; }

    /// <summary>Creates a project, whose manager the caller is.</summary>
    /// <param name="name">Name, unique among the projects of the caller's tenant.</param>
    /// <param name="labels">Names of labels; null: none.</param>
    /// <param name="settings">Settings; null: the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Project> CreateAsync(
        string name,
        IEnumerable<string>? labels = null,
        ProjectSettings? settings = null,
        CancellationToken cancellationToken = default)
    {
        var request = new CreateProjectRequest
        {
            Project = new Project { Id = NewId(), Name = name, Settings = settings },
            Labels = { labels ?? [] },
        };
        return _connection.CallAsync(call => _projects.CreateProjectAsync(request, call), cancellationToken);
    }

    /// <summary>Describes a project.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Project> GetAsync(string project, CancellationToken cancellationToken = default)
    {
        var request = new GetProjectRequest { Project = project };
        return _connection.CallAsync(call => _projects.GetProjectAsync(request, call), cancellationToken);
    }

    /// <summary>Finds a project by its name; null: the caller sees none of that name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Project?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        var request = new ListProjectsRequest { Name = name, PageSize = 1 };
        var page = await _connection
            .CallAsync(call => _projects.ListProjectsAsync(request, call), cancellationToken)
            .ConfigureAwait(false);
        return page.Projects.FirstOrDefault();
    }

    /// <summary>Lists the projects that the caller may see, in order of their names.</summary>
    /// <param name="showDeleted">True to list deleted projects, too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<Project> ListAsync(
        bool showDeleted = false, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new ListProjectsRequest { ShowDeleted = showDeleted };
        do
        {
            var page = await _connection
                .CallAsync(call => _projects.ListProjectsAsync(request, call), cancellationToken)
                .ConfigureAwait(false);
            foreach (var project in page.Projects)
            {
                yield return project;
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Changes a project.</summary>
    /// <param name="project">
    /// The project with its new values; <c>Revision</c> is the one that the change was made on, 0 for any.
    /// </param>
    /// <param name="fields">Fields to change, as <c>name</c> or <c>settings.model</c>; none: all that are set.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Project> UpdateAsync(
        Project project, IEnumerable<string>? fields = null, CancellationToken cancellationToken = default)
    {
        var request = new UpdateProjectRequest { Project = project, UpdateMask = Mask(fields) };
        return _connection.CallAsync(call => _projects.UpdateProjectAsync(request, call), cancellationToken);
    }

    /// <summary>Deletes a project, which can be restored for 30 days.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task DeleteAsync(string project, CancellationToken cancellationToken = default)
    {
        var request = new DeleteProjectRequest { Project = project };
        return _connection.CallAsync(call => _projects.DeleteProjectAsync(request, call), cancellationToken);
    }

    /// <summary>Restores a deleted project.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Project> UndeleteAsync(string project, CancellationToken cancellationToken = default)
    {
        var request = new UndeleteProjectRequest { Project = project };
        return _connection.CallAsync(call => _projects.UndeleteProjectAsync(request, call), cancellationToken);
    }

    /// <summary>Lists a project's labels in their order.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="showDeleted">True to list labels that were taken out of the choice, too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Label>> ListLabelsAsync(
        string project, bool showDeleted = false, CancellationToken cancellationToken = default)
    {
        var request = new ListLabelsRequest { Project = project, ShowDeleted = showDeleted };
        var answer = await _connection
            .CallAsync(call => _projects.ListLabelsAsync(request, call), cancellationToken)
            .ConfigureAwait(false);
        return answer.Labels;
    }

    /// <summary>
    /// Adds a label. Where the project has a label of that name already, that one is the answer: the label may be
    /// there because an answer was lost.
    /// </summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="label">The label without an id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Label> AddLabelAsync(
        string project, Label label, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(label);
        var request = new CreateLabelRequest { Project = project, Label = label };
        try
        {
            return await _connection
                .CallAsync(call => _projects.CreateLabelAsync(request, call), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.AlreadyExists)
        {
            var labels = await ListLabelsAsync(project, cancellationToken: cancellationToken).ConfigureAwait(false);
            if (labels.FirstOrDefault(one => one.Name == label.Name) is { } there)
            {
                return there;
            }

            throw;
        }
    }

    /// <summary>Changes a label.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="label">The label with its new values; <c>Revision</c> 0 for any.</param>
    /// <param name="fields">Fields to change; none: all that are set.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Label> UpdateLabelAsync(
        string project,
        Label label,
        IEnumerable<string>? fields = null,
        CancellationToken cancellationToken = default)
    {
        var request = new UpdateLabelRequest { Project = project, Label = label, UpdateMask = Mask(fields) };
        return _connection.CallAsync(call => _projects.UpdateLabelAsync(request, call), cancellationToken);
    }

    /// <summary>Takes a label out of the choice; annotations that have the label keep it.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="label">Id of the label.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Label> DeleteLabelAsync(string project, int label, CancellationToken cancellationToken = default)
    {
        var request = new DeleteLabelRequest { Project = project, Label = label };
        return _connection.CallAsync(call => _projects.DeleteLabelAsync(request, call), cancellationToken);
    }

    /// <summary>Lists a project's members in order of their names.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Member>> ListMembersAsync(
        string project, CancellationToken cancellationToken = default)
    {
        var request = new ListMembersRequest { Project = project };
        var answer = await _connection
            .CallAsync(call => _projects.ListMembersAsync(request, call), cancellationToken)
            .ConfigureAwait(false);
        return answer.Members;
    }

    /// <summary>Gives a person or a program a role; <see cref="Role.Unspecified"/> takes the role away.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="subject">Name of the subject, as the audit log has it.</param>
    /// <param name="role">The role.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Member> SetMemberAsync(
        string project, string subject, Role role, CancellationToken cancellationToken = default)
    {
        var request = new SetMemberRequest { Project = project, Member = new() { Subject = subject, Role = role } };
        return _connection.CallAsync(call => _projects.SetMemberAsync(request, call), cancellationToken);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _connection.Dispose();

    /// <summary>An id for something new: a UUID in the order of time.</summary>
    internal static string NewId() => Guid.CreateVersion7().ToString();

    /// <summary>A field mask; null: no fields are named.</summary>
    internal static FieldMask? Mask(IEnumerable<string>? fields) =>
        fields is null ? null : new FieldMask { Paths = { fields } };
}
