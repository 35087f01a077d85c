using System.Diagnostics.CodeAnalysis;
using Segmentation.Decoder.Everything;
using Segmentation.Decoder.Scheduling;

namespace Segmentation.Decoder;

/// <summary>
/// Workers start before the first grain can be called and stop after the last one has been deactivated, whatever the
/// order of registration.
/// </summary>
internal sealed class DecoderLifecycle : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly DecodeScheduler _scheduler;

    /// <param name="scheduler">The workers.</param>
    /// <param name="decoder">Made with the silo, so that its figures are there before the first prompt.</param>
    /// <param name="search">The same for the first search.</param>
    [SuppressMessage("Style", "IDE0060", Justification = "That it exists is what is asked for.")]
    public DecoderLifecycle(DecodeScheduler scheduler, ImageDecoder decoder, PointSearch search) =>
        _scheduler = scheduler;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(DecodeScheduler), ServiceLifecycleStage.RuntimeInitialize, Start, _scheduler.StopAsync);

    private Task Start(CancellationToken cancellationToken)
    {
        _scheduler.Start();
        return Task.CompletedTask;
    }
}
