namespace Segmentation.Gateway.Hosting;

/// <summary>A gateway that is started before its silos waits for them.</summary>
internal sealed partial class PatientConnection(ILogger<PatientConnection> logger, TimeProvider clock)
    : IClientConnectionRetryFilter
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        Waiting(logger, exception.Message);
        using var timer = new PeriodicTimer(Pause, clock);
        return await timer.WaitForNextTickAsync(cancellationToken);
    }

    [LoggerMessage(1, LogLevel.Warning, "Waiting for decoder silos: {Reason}")]
    private static partial void Waiting(ILogger logger, string reason);
}
