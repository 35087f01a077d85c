using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Segmentation.Common.Tls;
using Segmentation.Gateway.Telemetry;

namespace Segmentation.Gateway.Routing.Silos;

/// <summary>
/// Runs a monitor for every silo that the cluster's table lists. The table gives addresses only: each silo itself says
/// that it is there and takes work, so a table that is out of reach or out of date loses no silo.
/// </summary>
internal sealed class SiloMonitors : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Time that the first links have before the log says that no silo is in reach: on a busy node, or where the
    /// program is compiled as it runs, the first connection takes more than a second.
    /// </summary>
    private static readonly TimeSpan _firstPatience = TimeSpan.FromSeconds(5);

    /// <summary>Log category, which operators filter by; it is older than the type's name.</summary>
    private const string LogCategory = "Segmentation.Gateway.Routing.SiloLinks";

    private readonly Dictionary<IPEndPoint, (SiloMonitor Monitor, Task Running)> _monitors = [];
    private readonly ISiloList _list;
    private readonly SiloRegistry _silos;
    private readonly Func<IPEndPoint, SiloMonitor> _monitorOf;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly OutageLog _listOutage;
    private readonly OutageLog _siloOutage;

    public SiloMonitors(
        ISiloList list,
        SiloRegistry silos,
        IConfiguration configuration,
        ClusterTls tls,
        ILoggerFactory logging,
        IMeterFactory meters,
        GatewayMetrics metrics,
        TimeProvider clock)
    {
        _list = list;
        _silos = silos;
        _monitorOf = endpoint => new SiloMonitor(endpoint, silos, configuration, tls, logging, meters, clock);
        _clock = clock;
        _logger = logging.CreateLogger(LogCategory);
        (_listOutage, _siloOutage) = (new OutageLog(clock), new OutageLog(clock));
        metrics.ObserveSilos(() => silos.All.Length);
    }

    /// <summary>Ready while a silo is in reach.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_silos.All.Length switch
        {
            0 => HealthCheckResult.Unhealthy("No decoder silo answers."),
            1 => HealthCheckResult.Healthy("1 silo."),
            var count => HealthCheckResult.Healthy($"{count} silos."),
        });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var start = _clock.GetTimestamp();
        using var timer = new PeriodicTimer(_period, _clock);
        try
        {
            do
            {
                if (await ReadAsync() is { } endpoints)
                {
                    Follow(endpoints, stoppingToken);
                }

                await timer.WaitForNextTickAsync(stoppingToken);
                if (_clock.GetElapsedTime(start) >= _firstPatience)
                {
                    SayWhetherAny();
                }
            }
            while (true);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutdown: the links end with the same token.
        }

        await Task.WhenAll(_monitors.Values.Select(monitor => monitor.Running));
    }

    private async Task<IReadOnlyCollection<IPEndPoint>?> ReadAsync()
    {
        try
        {
            var endpoints = await _list.ReadAsync();
            if (_listOutage.Next(isAway: false) == OutageNews.Back)
            {
                RoutingLog.ListBack(_logger);
            }

            return endpoints;
        }
        catch (Exception exception)
        {
            // Whatever Redis' client throws: what is known stays in use, and the next round asks again.
            if (_listOutage.Next(isAway: true) == OutageNews.Away)
            {
                // Behind the first clause Redis' client gives an account of all its queues and threads.
                RoutingLog.ListLost(_logger, exception.Message.Split(" - ")[0]);
            }

            return null;
        }
    }

    private void SayWhetherAny()
    {
        if (_siloOutage.Next(isAway: _silos.All.Length == 0) == OutageNews.Away)
        {
            RoutingLog.NoSilo(_logger, _monitors.Count);
        }
    }

    /// <summary>Starts monitors of silos newly listed, and drops monitors that have ended.</summary>
    private void Follow(IReadOnlyCollection<IPEndPoint> listed, CancellationToken stoppingToken)
    {
        foreach (var (endpoint, (monitor, running)) in _monitors.ToList())
        {
            monitor.IsListed = listed.Contains(endpoint);
            if (running.IsCompleted)
            {
                _monitors.Remove(endpoint);
            }
        }

        foreach (var endpoint in listed.Where(endpoint => !_monitors.ContainsKey(endpoint)))
        {
            var monitor = _monitorOf(endpoint);
            _monitors.Add(endpoint, (monitor, monitor.RunAsync(stoppingToken)));
        }
    }
}
