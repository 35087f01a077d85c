using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Access;
using Segmentation.Projects.Contract;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Catalogue;

/// <summary>Serves <see cref="ProjectService"/>.</summary>
internal sealed class ProjectEndpoint(
    ProjectAccess access, IProjectsDbFactory databases, ProjectBook projects, LabelBook labels, MemberBook members)
    : ProjectService.ProjectServiceBase
{
    /// <inheritdoc/>
    public override Task<Project> CreateProject(CreateProjectRequest request, ServerCallContext context) =>
        projects.CreateAsync(ProjectCaller.Of(context.GetHttpContext()), request, context.CancellationToken);

    /// <inheritdoc/>
    public override async Task<Project> GetProject(GetProjectRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        return await databases.ReadAsync(
            async (db, token) =>
            {
                var row = await db.Projects.FirstOrDefaultAsync(row => row.Id == grant.ProjectId, token)
                    ?? throw ProjectProblem.NoProject(request.Project);
                return CatalogueMessages.Of(
                    row, grant.Role, await ProjectFigures.ReadAsync(db, grant.ProjectId, token));
            },
            context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<ListProjectsResponse> ListProjects(ListProjectsRequest request, ServerCallContext context)
    {
        var caller = ProjectCaller.Of(context.GetHttpContext());
        var size = Pages.SizeOf(request.PageSize);
        var after = PlaceOf(request);
        return databases.ReadAsync(
            (db, token) => ListAsync(db, caller, request, after, size, token), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Project> UpdateProject(UpdateProjectRequest request, ServerCallContext context)
    {
        var given = request.Project ?? throw ProjectProblem.Invalid("project", "is missing.");
        var grant = await access.RequireAsync(context, given.Id, Role.Manager);
        return await projects.UpdateAsync(grant, request, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Empty> DeleteProject(DeleteProjectRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Manager);
        await projects.SetDeletedAsync(grant, isDeleted: true, context.CancellationToken);
        return new Empty();
    }

    /// <inheritdoc/>
    public override async Task<Project> UndeleteProject(UndeleteProjectRequest request, ServerCallContext context)
    {
        var caller = ProjectCaller.Of(context.GetHttpContext());
        var id = ProjectAccess.ParseId("project", request.Project);
        var grant = await access.FindAsync(caller, id, context.CancellationToken)
            ?? throw ProjectProblem.NoProject(request.Project);
        return grant.Role == Role.Manager
            ? await projects.SetDeletedAsync(grant, isDeleted: false, context.CancellationToken)
            : throw ProjectAccess.Denied(grant, Role.Manager);
    }

    /// <inheritdoc/>
    public override async Task<ListLabelsResponse> ListLabels(ListLabelsRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        var rows = await databases.ReadAsync(
            (db, token) => db.Labels
                .Where(row => row.ProjectId == grant.ProjectId && (request.ShowDeleted || row.DeleteTime == null))
                .OrderBy(row => row.Place).ThenBy(row => row.Id).ToListAsync(token),
            context.CancellationToken);
        return new ListLabelsResponse { Labels = { rows.Select(CatalogueMessages.Of) } };
    }

    /// <inheritdoc/>
    public override async Task<Label> CreateLabel(CreateLabelRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Manager);
        var label = request.Label ?? throw ProjectProblem.Invalid("label", "is missing.");
        return await labels.CreateAsync(grant, label, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Label> UpdateLabel(UpdateLabelRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Manager);
        return await labels.UpdateAsync(grant, request, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Label> DeleteLabel(DeleteLabelRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Manager);
        return await labels.DeleteAsync(grant, request.Label, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<ListMembersResponse> ListMembers(ListMembersRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        var rows = await databases.ReadAsync(
            (db, token) => db.Members.Where(row => row.ProjectId == grant.ProjectId)
                .OrderBy(row => row.Subject).ToListAsync(token),
            context.CancellationToken);
        return new ListMembersResponse { Members = { rows.Select(CatalogueMessages.Of) } };
    }

    /// <inheritdoc/>
    public override async Task<Member> SetMember(SetMemberRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Manager);
        var member = request.Member ?? throw ProjectProblem.Invalid("member", "is missing.");
        return await members.SetAsync(grant, member, context.CancellationToken);
    }

    /// <summary>The project after which a page begins; null: the first page.</summary>
    private static (string Name, Guid Id)? PlaceOf(ListProjectsRequest request) =>
        Pages.Keys(request, request.PageToken, 2) is not [var name, var id] ? null
        : Guid.TryParseExact(id, "D", out var project) ? (name, project)
        : throw Pages.NoToken();

    private static async Task<ListProjectsResponse> ListAsync(
        ProjectsDb db,
        ProjectCaller caller,
        ListProjectsRequest request,
        (string Name, Guid Id)? after,
        int size,
        CancellationToken cancellationToken)
    {
        var rows = db.Projects.Where(row => row.Tenant == caller.Tenant);
        rows = request.ShowDeleted ? rows : rows.Where(row => row.DeleteTime == null);
        rows = request.Name.Length == 0 ? rows : rows.Where(row => row.Name == request.Name);
        if (after is { } cursor)
        {
            rows = rows.Where(row => string.Compare(row.Name, cursor.Name) > 0
                || (row.Name == cursor.Name && row.Id > cursor.Id));
        }

        var page = await rows
            .Select(row => new
            {
                Row = row,
                Member = db.Members.Where(one => one.ProjectId == row.Id && one.Subject == caller.Subject)
                    .Select(one => (Role?)one.Role).FirstOrDefault(),
            })
            .Where(item => item.Member != null || item.Row.DefaultRole != Role.Unspecified)
            .OrderBy(item => item.Row.Name).ThenBy(item => item.Row.Id).Take(size + 1)
            .ToListAsync(cancellationToken);
        var shown = page.Take(size).ToList();
        var figures = await ProjectFigures.ReadAsync(
            db, [.. shown.Select(item => item.Row.Id)], cancellationToken);
        return new ListProjectsResponse
        {
            Projects =
            {
                shown.Select(item => CatalogueMessages.Of(
                    item.Row,
                    item.Member ?? item.Row.DefaultRole,
                    figures.GetValueOrDefault(item.Row.Id) ?? new ProjectCounts())),
            },
            NextPageToken = page.Count > size
                ? Pages.Token(request, shown[^1].Row.Name, shown[^1].Row.Id.ToString("D"))
                : "",
        };
    }
}
