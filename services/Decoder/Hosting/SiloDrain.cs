using Microsoft.Extensions.Options;
using Segmentation.Decoder.Health;

namespace Segmentation.Decoder.Hosting;

/// <summary>
/// The first thing at shutdown, before Orleans stops: this silo tells every gateway that it is about to end, with each
/// reply and each description, and goes on answering until none asks any more. Nothing has to be sent twice.
/// </summary>
internal sealed partial class SiloDrain(
    DrainState state, IOptions<SiloOptions> options, TimeProvider clock, ILogger<SiloDrain> logger)
    : IHostedLifecycleService
{
    /// <summary>
    /// Gateways ask what a silo is four times a second: two rounds without a prompt mean that all know.
    /// </summary>
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(750);

    private static readonly TimeSpan _period = TimeSpan.FromMilliseconds(50);

    private readonly ILogger<SiloDrain> _logger = logger;

    /// <summary>Waits until gateways have turned elsewhere, for half of what the whole drain may take.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.Begin();
        var start = clock.GetTimestamp();
        using var timer = new PeriodicTimer(_period, clock);
        while (state.Quiet < _quiet || clock.GetElapsedTime(start) < _quiet)
        {
            if (clock.GetElapsedTime(start) > options.Value.DrainTimeout / 2)
            {
                StillAsked(_logger, state.InFlight);
                return;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(
        1, LogLevel.Warning, "Gateways still ask this silo, which ends now; {InFlight} requests go on elsewhere.")]
    private static partial void StillAsked(ILogger logger, int inFlight);
}
