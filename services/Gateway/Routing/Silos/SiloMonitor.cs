using System.Diagnostics.Metrics;
using System.Net;
using Segmentation.Common.Tls;
using Segmentation.Gateway.Telemetry;
using Segmentation.Grains;

namespace Segmentation.Gateway.Routing.Silos;

/// <summary>
/// Monitors one silo: connects, asks four times a second for the silo's description, and connects again when the
/// connection is lost. Ends when the silo is neither in reach nor listed.
/// </summary>
internal sealed class SiloMonitor(
    IPEndPoint endpoint,
    SiloRegistry silos,
    IConfiguration configuration,
    ClusterTls tls,
    ILoggerFactory logging,
    IMeterFactory meters,
    TimeProvider clock)
{
    private static readonly TimeSpan _period = TimeSpan.FromMilliseconds(250);

    /// <summary>A silo answers this from memory, but its machine may be busy.</summary>
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(2);

    /// <summary>A silo that answers nothing for so long is gone, whatever its connection looks like.</summary>
    private static readonly TimeSpan _longestSilence = TimeSpan.FromSeconds(5);

    /// <summary>Log category, which operators filter by; it is older than the type's name.</summary>
    private const string LogCategory = "Segmentation.Gateway.Routing.SiloLink";

    private readonly ILogger _logger = logging.CreateLogger(LogCategory);
    private readonly OutageLog _failure = new(clock);
    private volatile bool _isListed = true;

    /// <summary>True while the cluster's table lists the silo.</summary>
    public bool IsListed
    {
        get => _isListed;
        set => _isListed = value;
    }

    /// <summary>Runs until cancelled, or until the silo is gone for good; never throws.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (IsListed && !cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await SiloConnection.OpenAsync(
                    endpoint, configuration, tls, logging, meters, cancellationToken);
                await ServeAsync(connection, cancellationToken);
            }
            catch (Exception exception) when (TransientSiloErrors.Is(exception))
            {
                RoutingLog.NotReached(_logger, endpoint, exception.Message);
            }
            catch (Exception exception)
            {
                // Whatever it is, a silo that is listed must not stay out of reach for it.
                if (_failure.Next(isAway: true) == OutageNews.Away)
                {
                    RoutingLog.Failed(_logger, exception, endpoint);
                }
            }

            await Task.Delay(_period, clock, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(SiloConnection connection, CancellationToken cancellationToken)
    {
        var silo = await connection.DescribeAsync(_timeout, cancellationToken);
        using var state = new SiloState(connection.Grains, silo);
        silos.Add(state);
        RoutingLog.Reached(_logger, silo.Address, endpoint);
        try
        {
            await WatchAsync(connection, state, cancellationToken);
        }
        finally
        {
            silos.Remove(state);
            RoutingLog.Gone(_logger, silo.Address, endpoint);
        }
    }

    /// <summary>Ends when the silo has gone.</summary>
    private async Task WatchAsync(SiloConnection connection, SiloState state, CancellationToken cancellationToken)
    {
        var answered = clock.GetTimestamp();
        while (clock.GetElapsedTime(answered) < _longestSilence)
        {
            if (await Task.WhenAny(connection.Lost, Task.Delay(_period, clock, cancellationToken)) == connection.Lost)
            {
                return;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (await DescribeAsync(connection, cancellationToken) is { } silo)
            {
                state.Update(silo);
                answered = clock.GetTimestamp();
            }
        }
    }

    private static async Task<SiloDescription?> DescribeAsync(
        SiloConnection connection, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var description = connection.DescribeAsync(_timeout, either.Token);
        if (await Task.WhenAny(connection.Lost, description) == connection.Lost)
        {
            await either.CancelAsync();
        }

        await ((Task)description).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return description.IsCompletedSuccessfully ? await description : null;
    }
}
