using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Storage;

namespace Segmentation.Projects.Transfers.Work;

/// <summary>Deletes what has expired, once an hour: results of transfers, and what others name.</summary>
internal sealed partial class TransferSweeper(
    DatabaseStart database,
    IProjectsDbFactory databases,
    IObjectStore objects,
    IEnumerable<IExpiring> others,
    TimeProvider clock,
    ILogger<TransferSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromHours(1);

    /// <summary>Deletes what has expired by now.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var expired = await databases.ReadAsync(
            (db, token) => db.Transfers.Where(row => row.ObjectKey != "" && row.ExpireTime != null && row.ExpireTime <= now)
                .Select(row => new { row.Id, row.ObjectKey })
                .Take(1000)
                .ToListAsync(token),
            cancellationToken);
        foreach (var transfer in expired)
        {
            await objects.DeleteAsync(transfer.ObjectKey, cancellationToken);
            await databases.WriteAsync(
                (db, token) => db.Transfers.Where(row => row.Id == transfer.Id)
                    .ExecuteUpdateAsync(
                        row => row.SetProperty(r => r.ObjectKey, "").SetProperty(r => r.SizeBytes, 0), token),
                cancellationToken,
                repeatable: true);
        }

        foreach (var other in others)
        {
            await other.DeleteExpiredAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(_interval, clock);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception error) when (error is IOException || DatabaseFailures.IsAway(error))
            {
                LogPutOff(logger, error.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(1, LogLevel.Warning, "Files of transfers that have expired are deleted later: {Reason}")]
    private static partial void LogPutOff(ILogger logger, string reason);
}
