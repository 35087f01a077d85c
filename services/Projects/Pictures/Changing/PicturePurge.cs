using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Pictures.Intake;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;

namespace Segmentation.Projects.Pictures.Changing;

/// <summary>
/// Removes pictures for good 30 days after they were deleted: what was drawn on them, and their files where no other
/// picture of the tenant has the same.
/// </summary>
internal sealed partial class PicturePurge(
    IProjectsDbFactory databases,
    DatabaseStart start,
    IObjectStore store,
    TimeProvider clock,
    ILogger<PicturePurge> logger) : BackgroundService
{
    /// <summary>Time for which a deleted picture is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private const int MostAtOnce = 100;
    private static readonly TimeSpan _period = TimeSpan.FromHours(1);

    /// <summary>Removes all pictures whose time is over.</summary>
    /// <returns>Number of pictures.</returns>
    public async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        while (true)
        {
            var before = clock.GetUtcNow() - Kept;
            var rows = await databases.ReadAsync(
                (db, token) => db.Pictures.Where(row => row.DeleteTime != null && row.DeleteTime < before)
                    .OrderBy(row => row.Id).Take(MostAtOnce).ToListAsync(token),
                cancellationToken);
            foreach (var row in rows)
            {
                await databases.WriteAsync(
                    (db, token) => RemoveAsync(db, row, token), cancellationToken, repeatable: true);
                count++;
            }

            if (rows.Count < MostAtOnce)
            {
                return count;
            }
        }
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
            catch (Exception error) when (error is ObjectStoreException || DatabaseFailures.IsAway(error))
            {
                PutOff(logger, error.Message);
            }

            await Task.Delay(_period, clock, stoppingToken);
        }
    }

    private async Task RemoveAsync(ProjectsDb db, PictureRow row, CancellationToken cancellationToken)
    {
        var tenant = await db.Projects.Where(project => project.Id == row.ProjectId)
            .Select(project => project.Tenant).FirstOrDefaultAsync(cancellationToken);
        if (tenant is not null)
        {
            await db.LockFileAsync(tenant, row.Sha256, cancellationToken);
        }

        await RemoveDrawnAsync(db, row.Id, cancellationToken);
        await db.Pictures.Where(one => one.Id == row.Id && one.DeleteTime != null)
            .ExecuteDeleteAsync(cancellationToken);
        var isUsed = tenant is null || await db.Pictures.AnyAsync(
            one => one.Sha256 == row.Sha256
                && db.Projects.Any(project => project.Id == one.ProjectId && project.Tenant == tenant),
            cancellationToken);
        if (!isUsed)
        {
            // Under the lock: whoever adds the same file waits, and then finds that the file must be stored again.
            await store.DeleteAsync(ObjectKeys.Thumbnail(tenant!, row.Sha256), cancellationToken);
            if (row.SourceId == 0)
            {
                await store.DeleteAsync(ObjectKeys.Picture(tenant!, row.Sha256), cancellationToken);
            }
        }
    }

    private static async Task RemoveDrawnAsync(ProjectsDb db, long picture, CancellationToken cancellationToken)
    {
        await db.FrozenMasks
            .Where(mask => db.Annotations.Any(one => one.Id == mask.AnnotationId && one.PictureId == picture))
            .ExecuteDeleteAsync(cancellationToken);
        await db.Annotations.Where(row => row.PictureId == picture).ExecuteDeleteAsync(cancellationToken);
        await db.Operations.Where(row => row.PictureId == picture).ExecuteDeleteAsync(cancellationToken);
        await db.PictureLabels.Where(row => row.PictureId == picture).ExecuteDeleteAsync(cancellationToken);
        await db.Leases.Where(row => row.PictureId == picture).ExecuteDeleteAsync(cancellationToken);
        await db.JobPictures.Where(row => row.PictureId == picture).ExecuteDeleteAsync(cancellationToken);
        await db.RunPictures.Where(row => row.PictureId == picture).ExecuteDeleteAsync(cancellationToken);
        await db.Verdicts.Where(row => row.PictureId == picture).ExecuteDeleteAsync(cancellationToken);
        await db.IssueComments
            .Where(comment => db.Issues.Any(issue => issue.Id == comment.IssueId && issue.PictureId == picture))
            .ExecuteDeleteAsync(cancellationToken);
        await db.Issues.Where(row => row.PictureId == picture).ExecuteDeleteAsync(cancellationToken);
    }

    [LoggerMessage(1, LogLevel.Warning, "Deleted pictures are removed later: {Reason}")]
    private static partial void PutOff(ILogger logger, string reason);
}
