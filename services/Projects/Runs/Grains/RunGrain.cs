using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Segmentation.Projects.Runs.Working;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Runs.Grains;

/// <summary>
/// Coordinates a run: writes its pictures, keeps the tenant's places at work, measures its speed, and ends it. A
/// reminder brings the grain back after the death of its silo.
/// </summary>
[Reentrant]
internal sealed class RunGrain(
    RunStates states,
    RunSelection selection,
    IOptions<RunsOptions> options,
    IGrainFactory grains,
    TimeProvider clock,
    ILogger<RunGrain> logger) : Grain, IRunGrain, IRemindable
{
    private const string Reminder = "run";
    private const int BatchesATick = 10;

    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _reminderPeriod = TimeSpan.FromMinutes(1);

    private readonly RunPace _pace = new(clock);
    private IGrainTimer? _timer;
    private bool _isBusy;

    /// <inheritdoc/>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var run = await states.FindAsync(this.GetPrimaryKeyLong(), cancellationToken);
        if (run is { State: RunState.Running })
        {
            await GoOnAsync(cancellationToken);
        }
        else
        {
            await EndAsync(run?.Tenant, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task ReceiveReminder(string reminderName, TickStatus status) => LookAsync(CancellationToken.None);

    private async Task GoOnAsync(CancellationToken cancellationToken)
    {
        if (_timer is not null)
        {
            return;
        }

        _timer = this.RegisterGrainTimer(
            TickAsync,
            new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = _period, Interleave = true, KeepAlive = true });
        await this.RegisterOrUpdateReminder(Reminder, _reminderPeriod, _reminderPeriod, cancellationToken);
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        if (_isBusy)
        {
            return;
        }

        _isBusy = true;
        try
        {
            var key = this.GetPrimaryKeyLong();
            if (await states.FindAsync(key, cancellationToken) is not { State: RunState.Running } run)
            {
                await LookAsync(cancellationToken);
                return;
            }

            for (var batch = 0; batch < BatchesATick && !run.IsSelected; batch++)
            {
                run.IsSelected = await selection.SelectAsync(key, cancellationToken);
            }

            await WakePlacesAsync(run.Tenant, cancellationToken);
            if (_pace.Take(run.DoneCount + run.FailedCount) is { } pace)
            {
                await states.PaceAsync(key, pace, cancellationToken);
            }

            if (run.IsSelected && run.DoneCount + run.FailedCount >= run.PictureCount
                && await states.FinishAsync(key, cancellationToken))
            {
                RunLog.Ended(logger, key, run.DoneCount, run.FailedCount);
                await EndAsync(null, cancellationToken);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The database is away, or a silo with a place has gone: the next tick sees.
            RunLog.Waits(logger, this.GetPrimaryKeyLong(), exception.Message);
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task WakePlacesAsync(string tenant, CancellationToken cancellationToken) =>
        await Task.WhenAll(Places(tenant).Select(place => place.WorkAsync(cancellationToken)));

    /// <summary>Has searches of the run ended, if there is a tenant to end them for, and this grain with them.</summary>
    private async Task EndAsync(string? tenant, CancellationToken cancellationToken)
    {
        if (await this.GetReminder(Reminder, cancellationToken) is { } reminder)
        {
            await this.UnregisterReminder(reminder, cancellationToken);
        }

        if (tenant is not null)
        {
            await Task.WhenAll(Places(tenant).Select(
                place => place.StopAsync(this.GetPrimaryKeyLong(), cancellationToken)));
        }

        // Last: a timer that is disposed cancels the token of its own tick, by which all this may be called.
        _timer?.Dispose();
        _timer = null;
        DeactivateOnIdle();
    }

    private IEnumerable<IRunSlotGrain> Places(string tenant) => Enumerable.Range(0, options.Value.Parallel)
        .Select(place => grains.GetGrain<IRunSlotGrain>($"{tenant}/{place}"));
}
