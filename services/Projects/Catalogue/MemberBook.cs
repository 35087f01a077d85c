using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Catalogue;

/// <summary>Gives and takes roles.</summary>
internal sealed class MemberBook(IProjectsDbFactory databases, ProjectAccess access)
{
    private const int MaxMembers = 10_000;

    /// <summary>Gives a subject a role, or takes the role away. The last manager keeps the role.</summary>
    public async Task<Member> SetAsync(ProjectGrant grant, Member given, CancellationToken cancellationToken)
    {
        CatalogueFields.Subject("member.subject", given.Subject);
        CatalogueFields.Role("member.role", given.Role);
        var member = await databases.WriteAsync((db, token) => SetAsync(db, grant, given, token), cancellationToken);
        access.Forget(grant.ProjectId);
        return member;
    }

    private static async Task<Member> SetAsync(
        ProjectsDb db, ProjectGrant grant, Member given, CancellationToken cancellationToken)
    {
        // One change of members at a time: two managers cannot take each other's role at once.
        _ = await db.LockProjectAsync(grant.ProjectId, cancellationToken)
            ?? throw ProjectProblem.NoProject(grant.ProjectId.ToString("D"));
        var members = db.Members.AsTracking().Where(row => row.ProjectId == grant.ProjectId);
        var row = await members.FirstOrDefaultAsync(member => member.Subject == given.Subject, cancellationToken);
        if (row?.Role == Role.Manager && given.Role != Role.Manager
            && await members.CountAsync(member => member.Role == Role.Manager, cancellationToken) == 1)
        {
            throw ProjectProblem.Of(
                StatusCode.FailedPrecondition,
                "LAST_MANAGER",
                $"{ProjectProblem.Quoted(given.Subject)} is the project's last manager. Make somebody else manager "
                    + "first.");
        }

        if (given.Role == Role.Unspecified)
        {
            if (row is not null)
            {
                db.Members.Remove(row);
            }
        }
        else if (row is not null)
        {
            row.Role = given.Role;
        }
        else
        {
            await RequireRoomAsync(members, cancellationToken);
            db.Members.Add(
                new MemberRow { ProjectId = grant.ProjectId, Subject = given.Subject, Role = given.Role });
        }

        return new Member { Subject = given.Subject, Role = given.Role };
    }

    private static async Task RequireRoomAsync(IQueryable<MemberRow> members, CancellationToken cancellationToken)
    {
        if (await members.CountAsync(cancellationToken) >= MaxMembers)
        {
            throw ProjectProblem.Of(
                StatusCode.FailedPrecondition,
                "TOO_MANY_MEMBERS",
                $"The project has {MaxMembers} members, which is the most that a project may have. Give the others a "
                    + "role by the project's default_role.");
        }
    }
}
