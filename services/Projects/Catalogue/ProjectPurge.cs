using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;

namespace Segmentation.Projects.Catalogue;

/// <summary>
/// Removes projects that were deleted 30 days ago, with everything in them, a few pictures at a time so that nobody
/// waits for it. Any number of processes may do so at once.
/// </summary>
internal sealed partial class ProjectPurge(
    IProjectsDbFactory databases, DatabaseStart start, TimeProvider clock, ILogger<ProjectPurge> logger)
    : BackgroundService
{
    /// <summary>Time for which a deleted project can be restored.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    private const int PicturesAtOnce = 50;
    private static readonly TimeSpan _pause = TimeSpan.FromHours(1);

    /// <summary>Removes what is due.</summary>
    /// <returns>Number of projects.</returns>
    public async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        var before = clock.Now() - KeptFor;
        var due = await databases.ReadAsync(
            (db, token) => db.Projects.Where(row => row.DeleteTime < before)
                .Select(row => new { row.Id, row.Name }).ToListAsync(token),
            cancellationToken);
        foreach (var project in due)
        {
            while (await databases.WriteAsync((db, token) => RemovePicturesAsync(db, project.Id, token), cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            await databases.WriteAsync((db, token) => RemoveRestAsync(db, project.Id, token), cancellationToken);
            LogPurged(logger, project.Id, project.Name);
        }

        return due.Count;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await start.WaitAsync(stoppingToken);
        while (true)
        {
            try
            {
                await PurgeAsync(stoppingToken);
            }
            catch (Exception exception) when (DatabaseFailures.IsAway(exception))
            {
                LogAway(logger, exception.Message);
            }

            await Task.Delay(_pause, clock, stoppingToken);
        }
    }

    /// <summary>Removes a few pictures with what was drawn on them.</summary>
    /// <returns>True: there may be more.</returns>
    private static async Task<bool> RemovePicturesAsync(
        ProjectsDb db, Guid project, CancellationToken cancellationToken)
    {
        // Restored at the last moment, or removed by another process.
        if (await db.LockProjectAsync(project, cancellationToken) is not { DeleteTime: not null })
        {
            return false;
        }

        var ids = await db.Pictures.Where(row => row.ProjectId == project).OrderBy(row => row.Id)
            .Select(row => row.Id).Take(PicturesAtOnce).ToListAsync(cancellationToken);
        var issues = db.Issues.Where(row => ids.Contains(row.PictureId)).Select(row => row.Id);
        await db.IssueComments.Where(row => issues.Contains(row.IssueId)).ExecuteDeleteAsync(cancellationToken);
        await db.Issues.Where(row => ids.Contains(row.PictureId)).ExecuteDeleteAsync(cancellationToken);
        await db.Verdicts.Where(row => ids.Contains(row.PictureId)).ExecuteDeleteAsync(cancellationToken);
        await db.Operations.Where(row => ids.Contains(row.PictureId)).ExecuteDeleteAsync(cancellationToken);
        await db.Annotations.Where(row => ids.Contains(row.PictureId)).ExecuteDeleteAsync(cancellationToken);
        await db.Leases.Where(row => ids.Contains(row.PictureId)).ExecuteDeleteAsync(cancellationToken);
        await db.PictureLabels.Where(row => ids.Contains(row.PictureId)).ExecuteDeleteAsync(cancellationToken);
        await db.JobPictures.Where(row => ids.Contains(row.PictureId)).ExecuteDeleteAsync(cancellationToken);
        await db.Pictures.Where(row => ids.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
        return ids.Count == PicturesAtOnce;
    }

    private static async Task RemoveRestAsync(ProjectsDb db, Guid project, CancellationToken cancellationToken)
    {
        if (await db.LockProjectAsync(project, cancellationToken) is not { DeleteTime: not null } row)
        {
            return;
        }

        db.Projects.Remove(row);
        var jobs = db.Jobs.Where(row => row.ProjectId == project).Select(row => row.Id);
        var runs = db.Runs.Where(row => row.ProjectId == project).Select(row => row.Id);
        var transfers = db.Transfers.Where(row => row.ProjectId == project).Select(row => row.Id);
        var uploads = db.Uploads.Where(row => row.ProjectId == project).Select(row => row.Id);
        await db.UploadParts.Where(row => uploads.Contains(row.UploadId)).ExecuteDeleteAsync(cancellationToken);
        await db.FrozenMasks.Where(row => jobs.Contains(row.JobId)).ExecuteDeleteAsync(cancellationToken);
        await db.RunPictures.Where(row => runs.Contains(row.RunId)).ExecuteDeleteAsync(cancellationToken);
        await db.TransferErrors.Where(row => transfers.Contains(row.TransferId)).ExecuteDeleteAsync(cancellationToken);
        await db.Jobs.Where(row => row.ProjectId == project).ExecuteDeleteAsync(cancellationToken);
        await db.Runs.Where(row => row.ProjectId == project).ExecuteDeleteAsync(cancellationToken);
        await db.Transfers.Where(row => row.ProjectId == project).ExecuteDeleteAsync(cancellationToken);
        await db.Uploads.Where(row => row.ProjectId == project).ExecuteDeleteAsync(cancellationToken);
        await db.Sources.Where(row => row.ProjectId == project).ExecuteDeleteAsync(cancellationToken);
        await db.Labels.Where(row => row.ProjectId == project).ExecuteDeleteAsync(cancellationToken);
        await db.Members.Where(row => row.ProjectId == project).ExecuteDeleteAsync(cancellationToken);
    }

    [LoggerMessage(1, LogLevel.Information, "The deleted project {Project} ({Name}) was removed after 30 days")]
    private static partial void LogPurged(ILogger logger, Guid project, string name);

    [LoggerMessage(2, LogLevel.Warning, "Deleted projects are removed later: the database does not answer: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
