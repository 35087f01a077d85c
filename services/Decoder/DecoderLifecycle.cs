using Segmentation.Decoder.Scheduling;

namespace Segmentation.Decoder;

/// <summary>
/// Workers start before the first grain can be called and stop after the last one has been deactivated, whatever the
/// order of registration.
/// </summary>
internal sealed class DecoderLifecycle : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly DecodeScheduler _scheduler;

    public DecoderLifecycle(DecodeScheduler scheduler) => _scheduler = scheduler;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(DecodeScheduler), ServiceLifecycleStage.RuntimeInitialize, Start, _scheduler.StopAsync);

    private Task Start(CancellationToken cancellationToken)
    {
        _scheduler.Start();
        return Task.CompletedTask;
    }
}
