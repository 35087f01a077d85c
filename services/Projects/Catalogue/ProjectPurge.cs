using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Pictures.Changing;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;

namespace Segmentation.Projects.Catalogue;

/// <summary>
/// Removes projects that were deleted 30 days ago, with everything in them and the files that no other project of the
/// tenant has, a few pictures at a time so that nobody waits. Any number of processes may do so at once.
/// </summary>
internal sealed partial class ProjectPurge(
    IProjectsDbFactory databases,
    DatabaseStart start,
    PictureRemoval removal,
    IObjectStore store,
    TimeProvider clock,
    ILogger<ProjectPurge> logger) : BackgroundService
{
    /// <summary>Time for which a deleted project can be restored.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    private const int PicturesAtOnce = 10;
    private static readonly TimeSpan _pause = TimeSpan.FromHours(1);

    /// <summary>Removes what is due.</summary>
    /// <returns>Number of projects.</returns>
    public async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        var before = clock.Now() - KeptFor;
        var due = await databases.ReadAsync(
            (db, token) => db.Projects.Where(row => row.DeleteTime < before)
                .Select(row => new { row.Id, row.Name }).ToListAsync(token),
            cancellationToken);
        foreach (var project in due)
        {
            while (await databases.WriteAsync(
                (db, token) => RemovePicturesAsync(db, project.Id, before, token), cancellationToken, repeatable: true))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (await databases.WriteAsync(
                (db, token) => RemoveRestAsync(db, project.Id, before, token), cancellationToken))
            {
                count++;
                LogPurged(logger, project.Id, project.Name);
            }
        }

        return count;
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
            catch (Exception exception) when (
                exception is IOException || DatabaseFailures.IsAway(exception))
            {
                LogAway(logger, exception.Message);
            }

            await Task.Delay(_pause, clock, stoppingToken);
        }
    }

    /// <summary>Removes a few pictures with what was drawn on them.</summary>
    /// <returns>True: there may be more.</returns>
    private async Task<bool> RemovePicturesAsync(
        ProjectsDb db, Guid project, DateTimeOffset before, CancellationToken cancellationToken)
    {
        if (await LockDueAsync(db, project, before, cancellationToken) is not { } due)
        {
            return false;
        }

        var pictures = await db.Pictures.AsNoTracking().Where(row => row.ProjectId == project)
            .OrderBy(row => row.Id).Take(PicturesAtOnce).ToListAsync(cancellationToken);
        await removal.RemoveAsync(db, due.Tenant, project, pictures, cancellationToken);
        return pictures.Count == PicturesAtOnce;
    }

    /// <summary>Locks a project; null: restored at the last moment, or removed by another process.</summary>
    private static async Task<ProjectRow?> LockDueAsync(
        ProjectsDb db, Guid project, DateTimeOffset before, CancellationToken cancellationToken) =>
        await db.LockProjectAsync(project, cancellationToken) is { DeleteTime: { } time } row && time < before
            ? row
            : null;

    private async Task<bool> RemoveRestAsync(
        ProjectsDb db, Guid project, DateTimeOffset before, CancellationToken cancellationToken)
    {
        if (await LockDueAsync(db, project, before, cancellationToken) is not { } due)
        {
            return false;
        }

        db.Projects.Remove(due);
        var jobs = db.Jobs.Where(row => row.ProjectId == project).Select(row => row.Id);
        var runs = db.Runs.Where(row => row.ProjectId == project).Select(row => row.Id);
        var transfers = db.Transfers.Where(row => row.ProjectId == project).Select(row => row.Id);
        var uploads = db.Uploads.Where(row => row.ProjectId == project).Select(row => row.Id);
        var files = await db.Transfers.Where(row => row.ProjectId == project && row.ObjectKey != "")
            .Select(row => row.ObjectKey)
            .Concat(db.UploadParts.Where(row => uploads.Contains(row.UploadId)).Select(row => row.ObjectKey))
            .ToListAsync(cancellationToken);
        foreach (var file in files)
        {
            await store.DeleteAsync(file, cancellationToken);
        }

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
        return true;
    }

    [LoggerMessage(1, LogLevel.Information, "The deleted project {Project} ({Name}) was removed after 30 days")]
    private static partial void LogPurged(ILogger logger, Guid project, string name);

    [LoggerMessage(2, LogLevel.Warning, "Deleted projects are removed later: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
