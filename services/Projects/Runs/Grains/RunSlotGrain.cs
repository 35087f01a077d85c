using Orleans.Placement;
using Segmentation.Projects.Runs.Working;

namespace Segmentation.Projects.Runs.Grains;

/// <summary>A place for work on a tenant's runs: keeps a worker at work while there is something to do.</summary>
[ActivationCountBasedPlacement]
internal sealed class RunSlotGrain(IServiceProvider services) : Grain, IRunSlotGrain, IDisposable
{
    private static readonly TimeSpan _keepAlive = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource _end = new();
    private readonly RunWorker _worker = ActivatorUtilities.CreateInstance<RunWorker>(services);
    private Task _work = Task.CompletedTask;

    /// <inheritdoc/>
    public Task WorkAsync(CancellationToken cancellationToken)
    {
        if (_work.IsCompleted && !_end.IsCancellationRequested)
        {
            var tenant = this.GetPrimaryKeyString().Split('/')[0];

            // Not awaited: pictures take minutes, and a call two at most. On the shared pool, since comparing masks
            // and reading files would keep calls to this grain waiting.
            _work = Task.Run(() => _worker.RunAsync(tenant, Guid.NewGuid().ToString("N"), _end.Token), CancellationToken.None);
        }

        DelayDeactivation(_keepAlive);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(long run, CancellationToken cancellationToken)
    {
        _worker.Stop(run);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // The picture under way is put back, so that another silo begins it at once.
        await _end.CancelAsync();
        await _work.WaitAsync(cancellationToken).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await base.OnDeactivateAsync(reason, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _end.Dispose();
}
