using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Orleans.Configuration;
using Segmentation.Clustering;
using Segmentation.Common.Tls;
using Segmentation.Grains;

namespace Segmentation.Gateway.Routing.Silos;

/// <summary>
/// An Orleans client that enters the cluster through one silo. A client of many silos sends a grain's messages through
/// whichever it chose for the grain, and an answer that was to come back through a silo just killed never comes; so
/// every silo has a client of its own, which also tells within a round trip that the silo has gone.
/// </summary>
internal sealed class SiloConnection : IAsyncDisposable
{
    /// <summary>Time limit for connecting, and for closing.</summary>
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(2);

    private readonly IHost _client;
    private readonly TaskCompletionSource _lost;

    private SiloConnection(IHost client, TaskCompletionSource lost)
    {
        (_client, _lost) = (client, lost);
        Grains = client.Services.GetRequiredService<IClusterClient>();
    }

    /// <summary>Reaches the silo's grains.</summary>
    public IGrainFactory Grains { get; }

    /// <summary>Completes when the connection breaks.</summary>
    public Task Lost => _lost.Task;

    /// <summary>Connects to a silo.</summary>
    /// <param name="silo">The endpoint on which the silo listens for gateways.</param>
    /// <param name="configuration">The cluster's name.</param>
    /// <param name="tls">Encrypts the connection where it is on.</param>
    /// <param name="logging">The gateway's loggers.</param>
    /// <param name="meters">The gateway's meters: all clients count together.</param>
    /// <param name="cancellationToken">Cancels the connecting.</param>
    /// <exception cref="Exception">See <see cref="TransientSiloErrors.Is"/>.</exception>
    public static async Task<SiloConnection> OpenAsync(
        IPEndPoint silo,
        IConfiguration configuration,
        ClusterTls tls,
        ILoggerFactory logging,
        IMeterFactory meters,
        CancellationToken cancellationToken)
    {
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(logging).AddSingleton(meters);
        builder.UseOrleansClient(client => client
            .UseSilo(configuration, silo, tls)
            .Configure<ClientMessagingOptions>(GrainCalls.Limit)
            .AddClusterConnectionLostHandler((_, _) => lost.TrySetResult())
            .AddActivityPropagation());
        var host = builder.Build();
        var connection = new SiloConnection(host, lost);
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(_timeout);
            await host.StartAsync(timeout.Token).WaitAsync(timeout.Token);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The silo's description of itself.</summary>
    public async Task<SiloDescription> DescribeAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        either.CancelAfter(timeout);
        using var quiet = Untraced();
        return await Grains.GetGrain<ISiloGrain>(0).DescribeAsync(either.Token).WaitAsync(either.Token);
    }

    /// <summary>
    /// A question four times a second is no trace that anybody looks for. A parent that is not sampled says so to this
    /// side, and in the request's context, where Orleans' filter would have put it, to the other.
    /// </summary>
    private static Activity Untraced()
    {
        var parent = new Activity("describe silo") { ActivityTraceFlags = ActivityTraceFlags.None }.Start();
        RequestContext.Set("traceparent", parent.Id!);
        return parent;
    }

    public async ValueTask DisposeAsync()
    {
        using var timeout = new CancellationTokenSource(_timeout);
        await _client.StopAsync(timeout.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
    }
}
