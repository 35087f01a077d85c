using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;

namespace Segmentation.Projects.Watching;

/// <summary>
/// Looks at all watched pictures once a second, by two queries, and signals those that changed: whatever became of a
/// notice, a watcher hears of a change within that time.
/// </summary>
internal sealed class PictureLook(IProjectsDbFactory databases, PictureSignals signals, TimeProvider clock)
    : BackgroundService
{
    private const int MostAtOnce = 1000;
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private Dictionary<long, long> _seen = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(_pause, clock, stoppingToken);
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception exception) when (DatabaseFailures.IsAway(exception))
            {
                // Looked at again in a second; callers are told by their own requests.
                continue;
            }
        }
    }

    /// <summary>Looks once.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var seen = new Dictionary<long, long>();
        foreach (var pictures in signals.Watched.Chunk(MostAtOnce))
        {
            foreach (var (picture, state) in await databases.ReadAsync(
                (db, token) => StatesAsync(db, pictures, token), cancellationToken))
            {
                seen[picture] = state;
                if (!_seen.TryGetValue(picture, out var before) || before != state)
                {
                    signals.Wake(picture);
                }
            }
        }

        _seen = seen;
    }

    /// <summary>
    /// A number for each picture that differs after a change of its revision, its deletion or its leases.
    /// </summary>
    private static async Task<Dictionary<long, long>> StatesAsync(
        ProjectsDb db, long[] pictures, CancellationToken cancellationToken)
    {
        var states = await db.Pictures.Where(row => pictures.Contains(row.Id))
            .Select(row => new { row.Id, row.Revision, IsDeleted = row.DeleteTime != null })
            .ToDictionaryAsync(
                row => row.Id, row => (long)HashCode.Combine(row.Revision, row.IsDeleted), cancellationToken);
        var leases = await db.Leases.Where(row => pictures.Contains(row.PictureId)).ToListAsync(cancellationToken);
        foreach (var lease in leases)
        {
            // Leases come in no order: what they add must not depend on one.
            states[lease.PictureId] = states.GetValueOrDefault(lease.PictureId)
                + HashCode.Combine(lease.JobId, lease.Subject, lease.Holder, lease.Until);
        }

        return states;
    }
}
