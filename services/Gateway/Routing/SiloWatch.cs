using Microsoft.Extensions.Diagnostics.HealthChecks;
using Segmentation.Grains;

namespace Segmentation.Gateway.Routing;

/// <summary>
/// Asks the cluster every half second who its silos are. It is asked through another silo every time, so that a dead
/// one costs one question.
/// </summary>
internal sealed class SiloWatch(IGrainFactory grains, SiloRoutes routes, TimeProvider clock)
    : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>A member answers this from memory.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>After so long without an answer from any silo the gateway should not be sent calls.</summary>
    private static readonly TimeSpan Unreachable = TimeSpan.FromSeconds(10);

    private long _answered = long.MinValue;

    /// <summary>Ready once silos are known, for as long as one of them answers.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var answered = Interlocked.Read(ref _answered);
        var isReached = answered != long.MinValue && clock.GetElapsedTime(answered) < Unreachable;
        return Task.FromResult(isReached && routes.All.Count > 0
            ? HealthCheckResult.Healthy($"{routes.All.Count} silos.")
            : HealthCheckResult.Unhealthy("No decoder silo answers."));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        for (var question = 0L; !stoppingToken.IsCancellationRequested; question++)
        {
            await AskAsync(question, stoppingToken);
            if (!await timer.WaitForNextTickAsync(stoppingToken))
            {
                return;
            }
        }
    }

    private async Task AskAsync(long question, CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stoppingToken);
        try
        {
            var members = await grains.GetGrain<ISiloListGrain>(question).ListAsync(either.Token)
                .WaitAsync(either.Token);
            Interlocked.Exchange(ref _answered, clock.GetTimestamp());
            if (members.Length > 0)
            {
                // Whoever answers is a member: an empty list is of a silo that has only just begun to look around.
                routes.Update(members);
            }
        }
        catch (Exception exception) when (Unreached.Is(exception) && !stoppingToken.IsCancellationRequested)
        {
            // What is known stays in use; the next question goes through another silo.
        }
    }
}
