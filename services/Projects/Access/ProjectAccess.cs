using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Access;

/// <summary>
/// Decides what callers may do in projects. Every service asks here first. Answers are kept for two seconds, so that
/// whoever lost a role is out within that time in all processes, and at once in the one that took it away.
/// </summary>
internal sealed class ProjectAccess(IProjectsDbFactory databases, TimeProvider clock)
{
    private const int MaxKept = 20_000;
    private static readonly TimeSpan _lifetime = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<(Guid Project, ProjectCaller Caller), Kept> _kept = new();

    /// <summary>Lets the caller of an RPC into a project.</summary>
    /// <param name="context">The call.</param>
    /// <param name="project">Id of the project, as the request names it.</param>
    /// <param name="needed">Least role.</param>
    /// <exception cref="RpcException">
    /// INVALID_ARGUMENT: no UUID. NOT_FOUND: no such project in the caller's tenant, or the caller has no role in it.
    /// PERMISSION_DENIED: the caller's role is too low.
    /// </exception>
    public Task<ProjectGrant> RequireAsync(ServerCallContext context, string project, Role needed) =>
        RequireAsync(ProjectCaller.Of(context.GetHttpContext()), project, needed, context.CancellationToken);

    /// <inheritdoc cref="RequireAsync(ServerCallContext, string, Role)"/>
    public Task<ProjectGrant> RequireAsync(HttpContext context, string project, Role needed) =>
        RequireAsync(ProjectCaller.Of(context), project, needed, context.RequestAborted);

    /// <inheritdoc cref="RequireAsync(ServerCallContext, string, Role)"/>
    public async Task<ProjectGrant> RequireAsync(
        ProjectCaller caller, string project, Role needed, CancellationToken cancellationToken)
    {
        var id = ParseId("project", project);
        var grant = await FindAsync(caller, id, cancellationToken);
        if (grant is null || grant.Project.DeleteTime is not null)
        {
            throw ProjectProblem.NoProject(project);
        }

        return grant.Role >= needed ? grant : throw Denied(grant, needed);
    }

    /// <summary>
    /// Finds what a caller may do in a project, also in a deleted one; null: the caller may not know of the project.
    /// </summary>
    public async Task<ProjectGrant?> FindAsync(ProjectCaller caller, Guid project, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (_kept.TryGetValue((project, caller), out var kept) && now - kept.Since < _lifetime)
        {
            return kept.Grant;
        }

        var grant = await databases.ReadAsync((db, token) => ReadAsync(db, caller, project, token), cancellationToken);
        if (_kept.Count >= MaxKept)
        {
            _kept.Clear();
        }

        _kept[(project, caller)] = new Kept(grant, now);
        return grant;
    }

    /// <summary>Forgets what was kept of a project, after its members, settings or deletion changed.</summary>
    public void Forget(Guid project)
    {
        foreach (var key in _kept.Keys)
        {
            if (key.Project == project)
            {
                _kept.TryRemove(key, out _);
            }
        }
    }

    /// <summary>PERMISSION_DENIED with both roles.</summary>
    public static RpcException Denied(ProjectGrant grant, Role needed) => ProjectProblem.Of(
        StatusCode.PermissionDenied,
        "ROLE_NEEDED",
        $"This needs the role {NameOf(needed)} in the project; yours is {NameOf(grant.Role)}. A manager of the project "
            + "can change it.");

    /// <summary>Reads a UUID of a request.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the text is no UUID.</exception>
    public static Guid ParseId(string field, string text) =>
        Guid.TryParseExact(text, "D", out var id) && id != Guid.Empty
            ? id
            : throw ProjectProblem.Invalid(
                field,
                $"is {ProjectProblem.Quoted(text)}; it must be a UUID, for example {Guid.Empty:D} with other digits");

    /// <summary>Reads the id that a client made for a request which creates something; null: it made none.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the text is no UUID.</exception>
    public static Guid? ParseRequestId(string text) => text.Length == 0 ? null : ParseId("request_id", text);

    private static string NameOf(Role role) => role.ToString().ToLowerInvariant();

    private static async Task<ProjectGrant?> ReadAsync(
        ProjectsDb db, ProjectCaller caller, Guid project, CancellationToken cancellationToken)
    {
        var row = await db.Projects.FirstOrDefaultAsync(
            row => row.Id == project && row.Tenant == caller.Tenant, cancellationToken);
        if (row is null)
        {
            return null;
        }

        var member = await db.Members.FirstOrDefaultAsync(
            member => member.ProjectId == project && member.Subject == caller.Subject, cancellationToken);
        var settings = ProjectSettings.Parser.ParseFrom(row.Settings);
        var role = member?.Role ?? settings.DefaultRole;
        return role == Role.Unspecified ? null : new ProjectGrant(caller, role, row, settings);
    }

    private sealed record Kept(ProjectGrant? Grant, DateTimeOffset Since);
}
