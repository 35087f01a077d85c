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
    public void Participate(ISiloLifecycle lifecycle)
    {
        // Creating these services registers their gauges, so that a silo has the gauges before its first prompt.
        services.GetRequiredService<ImageDecoder>();
        services.GetRequiredService<PointPartService>();
        lifecycle.Subscribe(
            nameof(DecodeScheduler), ServiceLifecycleStage.RuntimeInitialize, Start, scheduler.StopAsync);
    }

    private Task Start(CancellationToken cancellationToken)
    {
        scheduler.Start();
        return Task.CompletedTask;
    }
}
