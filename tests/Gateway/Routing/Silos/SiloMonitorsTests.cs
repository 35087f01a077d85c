using System.Diagnostics.Metrics;
using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Common.Tls;
using Segmentation.Gateway.Routing.Silos;
using Segmentation.Gateway.Telemetry;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Grains;
using Segmentation.Tests.Shared;

namespace Segmentation.Gateway.Tests.Routing.Silos;

/// <summary>What is known of silos where none can be reached; that they are found is tested with real ones.</summary>
public sealed class SiloMonitorsTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeList _list = new();
    private readonly CollectedLogs _logs = new();
    private readonly ILoggerFactory _logging;
    private readonly SiloRegistry _silos;
    private readonly ClusterTls _tls;
    private readonly SiloMonitors _monitors;

    public SiloMonitorsTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _silos = new SiloRegistry(_clock);
        _logging = LoggerFactory.Create(logging => logging.AddProvider(_logs));
        var configuration = new ConfigurationBuilder().Build();
        _tls = new ClusterTls(
            Options.Create(new ClusterTlsOptions()), configuration, _clock, _logging.CreateLogger<ClusterTls>());
        _monitors = new SiloMonitors(
            _list,
            _silos,
            configuration,
            _tls,
            _logging,
            meters,
            new GatewayMetrics(meters),
            _clock);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _monitors.Dispose();
        _tls.Dispose();
        _logging.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task Health_SilosComeAndGo_IsReadyWhileOneIsInReach()
    {
        using var heard = new HeardMeters(_services.GetRequiredService<IMeterFactory>());
        Assert.Equal((HealthStatus.Unhealthy, 0), (await HealthAsync(), heard["segmentation.gateway.silos"]));

        var silo = new SiloDescription { Address = SiloAddress.New(IPAddress.Loopback, 1, 1), Workers = 1 };
        var route = new SiloState(FakeGrainFactory.Create(new FakeGrain()), silo);
        _silos.Add(route);
        Assert.Equal((HealthStatus.Healthy, 1), (await HealthAsync(), heard["segmentation.gateway.silos"]));

        _silos.Remove(route);
        Assert.Equal((HealthStatus.Unhealthy, 0), (await HealthAsync(), heard["segmentation.gateway.silos"]));
    }

    [Fact]
    public async Task Execute_ListOutOfReach_IsAskedAgainAndTheHostGoesOn()
    {
        _list.Next = () => throw new TimeoutException("away");
        await _monitors.StartAsync(Cancel);
        await _list.ReadAsync(reads: 1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _list.ReadAsync(reads: 2);

        Assert.False(_monitors.ExecuteTask!.IsCompleted);
        await _monitors.StopAsync(Cancel);
    }

    [Fact]
    public async Task Execute_ListedSiloIsNotThere_NobodyIsInReachAndStoppingEndsTheMonitor()
    {
        // Nobody listens on port 1.
        _list.Next = () => [new IPEndPoint(IPAddress.Loopback, 1)];
        await _monitors.StartAsync(Cancel);
        await _list.ReadAsync(reads: 1);

        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync());
        await _monitors.StopAsync(Cancel);
        Assert.True(_monitors.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Log_ListedSiloDoesNotAnswer_IsSaidAfterFiveSeconds()
    {
        // Nobody listens on port 1.
        _list.Next = () => [new IPEndPoint(IPAddress.Loopback, 1)];
        await _monitors.StartAsync(Cancel);
        await PassAsync(from: 0, seconds: 4);
        Assert.DoesNotContain(_logs.Lines, line => line.Text.StartsWith("No silo", StringComparison.Ordinal));

        await PassAsync(from: 4, seconds: 5);
        Assert.Single(_logs.Lines, line => line.Text == "No silo is in reach, of 1 listed: prompts fail.");
        await _monitors.StopAsync(Cancel);
    }

    private async Task PassAsync(int from, int seconds)
    {
        for (var second = from + 1; second <= seconds; second++)
        {
            await _list.ReadAsync(reads: second);
            _clock.Advance(TimeSpan.FromSeconds(1));
            await _list.ReadAsync(reads: second + 1);
        }
    }

    private async Task<HealthStatus> HealthAsync() =>
        (await _monitors.CheckHealthAsync(new HealthCheckContext(), Cancel)).Status;

    private sealed class FakeList : ISiloList
    {
        private readonly Channel<bool> _reads = Channel.CreateUnbounded<bool>();
        private int _seen;

        public Func<IReadOnlyCollection<IPEndPoint>> Next { get; set; } = () => [];

        public async Task<IReadOnlyCollection<IPEndPoint>> ReadAsync()
        {
            await Task.Yield();
            _reads.Writer.TryWrite(true);
            return Next();
        }

        /// <summary>Waits until it was read so often.</summary>
        public async Task ReadAsync(int reads)
        {
            for (; _seen < reads; _seen++)
            {
                await _reads.Reader.ReadAsync(Cancel);
            }
        }
    }
}
