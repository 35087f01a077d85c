using Segmentation.Projects.Runs.Working;
using Segmentation.Projects.Storage;

namespace Segmentation.Projects.Runs.Grains;

/// <summary>
/// Wakes the grains of all runs that are at work, when the silo starts and every half minute: a run goes on although the
/// process that was to wake its grain died, and although reminders are late.
/// </summary>
internal sealed class RunScan(
    RunStates states,
    DatabaseStart database,
    ISiloStatusOracle members,
    IGrainFactory grains,
    TimeProvider clock,
    ILogger<RunScan> logger)
    : BackgroundService
{
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _firstPeriod = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await database.WaitAsync(stoppingToken);
            using var timer = new PeriodicTimer(_firstPeriod, clock);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (members.CurrentStatus == SiloStatus.Active)
                {
                    await ScanAsync(stoppingToken);
                    timer.Period = _period;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutdown.
        }
    }

    private async Task ScanAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var run in await states.RunningAsync(cancellationToken))
            {
                await grains.GetGrain<IRunGrain>(run).LookAsync(cancellationToken);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            RunLog.ScanFailed(logger, exception.Message);
        }
    }
}
