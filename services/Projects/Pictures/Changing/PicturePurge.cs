using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;

namespace Segmentation.Projects.Pictures.Changing;

/// <summary>Removes pictures for good 30 days after they were deleted: <see cref="PictureRemoval"/>.</summary>
internal sealed partial class PicturePurge(
    IProjectsDbFactory databases,
    DatabaseStart start,
    PictureRemoval removal,
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
            var before = clock.Now() - Kept;
            var rows = await databases.ReadAsync(
                (db, token) => db.Pictures.Where(row => row.DeleteTime != null && row.DeleteTime < before)
                    .OrderBy(row => row.Id).Take(MostAtOnce).ToListAsync(token),
                cancellationToken);
            foreach (var row in rows)
            {
                if (await databases.WriteAsync(
                    (db, token) => RemoveAsync(db, row, before, token), cancellationToken, repeatable: true))
                {
                    count++;
                }
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
            catch (Exception error) when (error is IOException || DatabaseFailures.IsAway(error))
            {
                PutOff(logger, error.Message);
            }

            await Task.Delay(_period, clock, stoppingToken);
        }
    }

    /// <returns>False: the picture was restored since it was found, or another process removed it.</returns>
    private async Task<bool> RemoveAsync(
        ProjectsDb db, PictureRow row, DateTimeOffset before, CancellationToken cancellationToken)
    {
        // Changes nothing: locks the row in either database, so that nobody restores the picture from here on.
        var isDue = await db.Pictures.Where(picture => picture.Id == row.Id && picture.DeleteTime < before)
            .ExecuteUpdateAsync(
                set => set.SetProperty(picture => picture.DeleteTime, picture => picture.DeleteTime), cancellationToken);
        if (isDue == 0)
        {
            return false;
        }

        var tenant = await db.Projects.Where(project => project.Id == row.ProjectId)
            .Select(project => project.Tenant).FirstOrDefaultAsync(cancellationToken);
        await removal.RemoveAsync(db, tenant, row.ProjectId, [row], cancellationToken);
        return true;
    }

    [LoggerMessage(1, LogLevel.Warning, "Deleted pictures are removed later: {Reason}")]
    private static partial void PutOff(ILogger logger, string reason);
}
