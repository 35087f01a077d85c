using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Transfers.Work;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers.Backups;

/// <summary>The row of a restored project, which makes the others visible, and their removal where it does not come.</summary>
internal sealed class RestoredProject(IProjectsDbFactory databases)
{
    private const int MaxName = 200;
    private const int MaxDescription = 10_000;

    /// <summary>Tells if the project is there.</summary>
    public Task<bool> ExistsAsync(Guid project, CancellationToken cancellationToken) => databases.ReadAsync(
        (db, token) => db.Projects.AnyAsync(row => row.Id == project, token), cancellationToken);

    /// <summary>Makes the project visible. The caller is a manager of it, whoever was one before.</summary>
    /// <param name="transfer">The restoration.</param>
    /// <param name="row">The project of the backup.</param>
    /// <param name="name">Another name; empty: the backup's, with a number where the tenant has a project of that name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransferFailedException">The name is wrong or taken.</exception>
    public async Task PublishAsync(
        TransferRow transfer, ProjectRow row, string name, CancellationToken cancellationToken)
    {
        var wanted = name.Length > 0 ? name : row.Name;
        if (wanted.Length is 0 or > MaxName || wanted.Contains('\0', StringComparison.Ordinal)
            || row.Description is not { Length: <= MaxDescription })
        {
            throw new TransferFailedException(
                $"The project's name has 1 to {MaxName} characters and its description at most {MaxDescription}; the backup's "
                + "have others. Give the project another name, or repair the manifest.");
        }

        (row.Id, row.Tenant, row.DeleteTime) = (transfer.ProjectId, transfer.Tenant, null);
        row.DefaultRole = ProjectSettings.Parser.ParseFrom(row.Settings).DefaultRole;
        await databases.WriteAsync(
            async (db, token) =>
            {
                row.Name = await FreeNameAsync(db, transfer.Tenant, wanted, name.Length == 0, token);
                db.Projects.Add(row);
                var member = await db.Members.AsTracking().FirstOrDefaultAsync(
                    member => member.ProjectId == row.Id && member.Subject == transfer.Creator, token);
                if (member is null)
                {
                    member = new MemberRow { ProjectId = row.Id, Subject = transfer.Creator };
                    db.Members.Add(member);
                }

                member.Role = Role.Manager;
            },
            cancellationToken);
    }

    /// <summary>Deletes everything of a project that is not there so far.</summary>
    public Task DeleteRowsAsync(Guid project, CancellationToken cancellationToken) => databases.WriteAsync(
        async (db, token) =>
        {
            if (await db.Projects.AnyAsync(row => row.Id == project, token))
            {
                return;
            }

            var jobs = db.Jobs.Where(job => job.ProjectId == project).Select(job => job.Id);
            var runs = db.Runs.Where(run => run.ProjectId == project).Select(run => run.Id);
            var issues = db.Issues.Where(issue => issue.ProjectId == project).Select(issue => issue.Id);
            await db.IssueComments.Where(row => issues.Contains(row.IssueId)).ExecuteDeleteAsync(token);
            await db.FrozenMasks.Where(row => jobs.Contains(row.JobId)).ExecuteDeleteAsync(token);
            await db.JobPictures.Where(row => jobs.Contains(row.JobId)).ExecuteDeleteAsync(token);
            await db.RunPictures.Where(row => runs.Contains(row.RunId)).ExecuteDeleteAsync(token);
            await db.Issues.Where(row => row.ProjectId == project).ExecuteDeleteAsync(token);
            await db.Verdicts.Where(row => row.ProjectId == project).ExecuteDeleteAsync(token);
            await db.Operations.Where(row => row.ProjectId == project).ExecuteDeleteAsync(token);
            await db.Annotations.Where(row => row.ProjectId == project).ExecuteDeleteAsync(token);
            await db.PictureLabels.Where(row => row.ProjectId == project).ExecuteDeleteAsync(token);
            await db.Pictures.Where(row => row.ProjectId == project).ExecuteDeleteAsync(token);
            await db.Runs.Where(row => row.ProjectId == project).ExecuteDeleteAsync(token);
            await db.Jobs.Where(row => row.ProjectId == project).ExecuteDeleteAsync(token);
            await db.Members.Where(row => row.ProjectId == project).ExecuteDeleteAsync(token);
            await db.Labels.Where(row => row.ProjectId == project).ExecuteDeleteAsync(token);
        },
        cancellationToken,
        repeatable: true);

    private static async Task<string> FreeNameAsync(
        ProjectsDb db, string tenant, string wanted, bool mayNumber, CancellationToken cancellationToken)
    {
        var name = wanted;
        for (var number = 2; await IsTakenAsync(name); number++)
        {
            if (!mayNumber)
            {
                throw new TransferFailedException(
                    $"There is another project with the name {ProjectProblem.Quoted(name)}. Give this one another name.");
            }

            var ending = $" ({number})";
            name = wanted[..Math.Min(wanted.Length, MaxName - ending.Length)] + ending;
        }

        return name;

        Task<bool> IsTakenAsync(string text) => db.Projects.AnyAsync(
            row => row.Tenant == tenant && row.Name == text && row.DeleteTime == null, cancellationToken);
    }
}
