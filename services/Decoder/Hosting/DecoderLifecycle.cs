using Segmentation.Decoder.Decoding;
using Segmentation.Decoder.Everything;
using Segmentation.Decoder.Scheduling;

namespace Segmentation.Decoder.Hosting;

/// <summary>
/// Starts workers before the first grain can be called and stops them after the last one has been deactivated, whatever
/// the order of registration.
/// </summary>
internal sealed class DecoderLifecycle(DecodeScheduler scheduler, IServiceProvider services)
    : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(DecodeScheduler), ServiceLifecycleStage.RuntimeInitialize, Start, scheduler.StopAsync);

    private Task Start(CancellationToken cancellationToken)
    {
        // They register their gauges when they are created: a silo shows them before its first prompt.
        services.GetRequiredService<ImageDecoder>();
        services.GetRequiredService<PointPartService>();
        scheduler.Start();
        return Task.CompletedTask;
    }
}
