namespace Segmentation.Projects.Runs.Grains;

/// <summary>
/// Tells the grain of a run that the run has changed. Nothing waits for the answer: where grains are out of reach, the
/// grain sees the change by itself once they are not.
/// </summary>
internal sealed partial class RunWaker(IServiceProvider services, ILogger<RunWaker> logger)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>Tells the grain, in the background.</summary>
    public void Wake(long run) => _ = WakeAsync(run);

    private async Task WakeAsync(long run)
    {
        try
        {
            await Task.Yield();
            if (services.GetService<IGrainFactory>() is { } grains)
            {
                using var patience = new CancellationTokenSource(_patience);
                await grains.GetGrain<IRunGrain>(run).LookAsync(patience.Token).WaitAsync(patience.Token);
            }
        }
        catch (Exception exception)
        {
            Waits(logger, run, exception.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Run {Run} waits for a silo of projects: {Reason}")]
    private static partial void Waits(ILogger logger, long run, string reason);
}
