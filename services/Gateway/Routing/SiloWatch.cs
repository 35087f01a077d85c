using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Segmentation.Gateway.Telemetry;
using Segmentation.Grains;

namespace Segmentation.Gateway.Routing;

/// <summary>
/// Asks the cluster every half second who its silos are. It is asked through another silo every time, so that a dead
/// one costs one question.
/// </summary>
internal sealed class SiloWatch : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>A member answers this from memory.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>After so long without an answer from any silo the gateway should not be sent calls.</summary>
    private static readonly TimeSpan Unreachable = TimeSpan.FromSeconds(10);

    private readonly IGrainFactory _grains;
    private readonly SiloRoutes _routes;
    private readonly TimeProvider _clock;
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _registration;
    private long _answered = long.MinValue;

    public SiloWatch(
        IGrainFactory grains,
        SiloRoutes routes,
        GatewayMetrics metrics,
        IHostApplicationLifetime lifetime,
        TimeProvider clock)
    {
        _grains = grains;
        _registration = lifetime.ApplicationStarted.Register(() => _connected.TrySetResult());
        _routes = routes;
        _clock = clock;
        metrics.ObserveSilos(() => Reached);
    }

    /// <summary>Silos known, as long as one of them answers.</summary>
    private int Reached
    {
        get
        {
            var answered = Interlocked.Read(ref _answered);
            var isReached = answered != long.MinValue && _clock.GetElapsedTime(answered) < Unreachable;
            return isReached ? _routes.All.Count : 0;
        }
    }

    /// <summary>Ready once silos are known, for as long as one of them answers.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Reached is > 0 and var silos
            ? HealthCheckResult.Healthy($"{silos} silos.")
            : HealthCheckResult.Unhealthy("No decoder silo answers."));

    public override void Dispose()
    {
        _registration.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host has started when its client has found a silo; no grain is known before.
        await _connected.Task.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Period, _clock);
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
        using var quiet = Untraced();
        using var patience = new CancellationTokenSource(Patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stoppingToken);
        try
        {
            var members = await _grains.GetGrain<ISiloListGrain>(question).ListAsync(either.Token)
                .WaitAsync(either.Token);
            Interlocked.Exchange(ref _answered, _clock.GetTimestamp());
            if (members.Length > 0)
            {
                // Whoever answers is a member: an empty list is of a silo that has only just begun to look around.
                _routes.Update(members);
            }
        }
        catch (Exception exception) when (Unreached.Is(exception) && !stoppingToken.IsCancellationRequested)
        {
            // What is known stays in use; the next question goes through another silo.
        }
    }

    /// <summary>
    /// A question every half second is no trace that anybody looks for. A parent that is not sampled says so to this
    /// side, and in the request's context, where Orleans' filter would have put it, to the other.
    /// </summary>
    private static Activity Untraced()
    {
        var parent = new Activity("list silos") { ActivityTraceFlags = ActivityTraceFlags.None }.Start();
        RequestContext.Set("traceparent", parent.Id!);
        return parent;
    }
}
