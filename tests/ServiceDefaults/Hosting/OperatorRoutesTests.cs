using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.ServiceDefaults.Tests.Hosting;

/// <summary>
/// A host on real ports. Runs when no other host does: the telemetry library hears the meters of all hosts of a process
/// as one, and drops that one when the first of them is disposed.
/// </summary>
[Collection(Alone)]
public sealed class OperatorRoutesTests
{
    private const string Alone = "hosts whose metrics are read";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_ACounterMadeAfterTheHost_IsZeroInTheFirstScrape()
    {
        await using var host = await StartAsync();
        using var meter = new Meter("segmentation.test");
        meter.CreateCounter<long>("segmentation.test.things", "{thing}").Add(0);
        meter.CreateHistogram("segmentation.test.time", "s", advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.25, 4],
        }).Record(1);

        using var response = await GetAsync(host, "/metrics");
        var scrape = await response.Content.ReadAsStringAsync(Cancel);

        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("\nsegmentation_test_things_total{} 0\n", scrape, StringComparison.Ordinal);
        Assert.Contains("\nsegmentation_test_time_seconds_bucket{le=\"0.25\"} 0\n", scrape, StringComparison.Ordinal);
        Assert.Contains("\nsegmentation_test_time_seconds_bucket{le=\"4\"} 1\n", scrape, StringComparison.Ordinal);
        Assert.Contains("\ndotnet_gc_", scrape, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_OnThePublicPorts_AreNotThereWhateverTheHostHeaderSays()
    {
        await using var host = await StartAsync();
        using var client = new HttpClient();
        foreach (var (address, version) in new[]
        {
            (host.Addresses.Grpc, HttpVersion.Version20), (host.Addresses.Http, HttpVersion.Version11),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/metrics"))
            {
                Version = version,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            request.Headers.Host = host.Addresses.Operators.Authority;

            using var response = await client.SendAsync(request, Cancel);

            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task OperatorPort_ARouteOfTheHost_IsNotThere()
    {
        await using var host = await StartAsync();
        host.App.MapGet("/work", () => "done");
        using var client = new HttpClient();

        using var response = await client.GetAsync(new Uri(host.Addresses.Operators, "/work"), Cancel);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("/metrics", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OperatorPort_WhereConnectionsOfClientsAreHeldUp_Answers()
    {
        await using var host = await StartAsync(
            services => services.AddSingleton(new ConnectionStage((_, _) => Task.CompletedTask)));

        using var ready = await GetAsync(host, "/readyz");

        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    [Theory]
    [InlineData(HealthStatus.Healthy, HttpStatusCode.OK)]
    [InlineData(HealthStatus.Degraded, HttpStatusCode.OK)]
    [InlineData(HealthStatus.Unhealthy, HttpStatusCode.ServiceUnavailable)]
    public async Task Health_OnThePublicPort_IsOneWord(HealthStatus status, HttpStatusCode expected)
    {
        await using var host = await StartAsync(services => services.AddHealthChecks().AddCheck(
            "other", () => new HealthCheckResult(status, "redis.internal does not answer")));
        using var client = new HttpClient();

        using var ready = await client.GetAsync(new Uri(host.Addresses.Http, "/readyz"), Cancel);
        var live = await client.GetStringAsync(new Uri(host.Addresses.Http, "/healthz"), Cancel);

        Assert.Equal(expected, ready.StatusCode);
        Assert.Equal($"{status}", await ready.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("Healthy", live);
    }

    [Fact]
    public async Task OperatorPort_NotSet_FollowsTheHttpPort()
    {
        Assert.Equal(7082, new OperatorOptions().PortBeside(7081));
        Assert.Equal(0, new OperatorOptions().PortBeside(0));
        Assert.Equal(0, new OperatorOptions().PortBeside(65535));
        Assert.Equal(9, new OperatorOptions { OperatorPort = 9 }.PortBeside(7081));
        await using var host = await StartAsync();
        Assert.Equal("127.0.0.1", host.Addresses.Operators.Host);
    }

    [Fact]
    public async Task Metrics_TurnedOff_AreNotThereAndHealthIs()
    {
        await using var host = await StartAsync(("Segmentation:Telemetry:Prometheus", "false"));

        using var metrics = await GetAsync(host, "/metrics");
        using var ready = await GetAsync(host, "/readyz");

        Assert.Equal(HttpStatusCode.NotFound, metrics.StatusCode);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    [Fact]
    public async Task Start_PrometheusIsNoTruth_NamesTheOption()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => StartAsync(("Segmentation:Telemetry:Prometheus", "perhaps")));

        Assert.Contains("'Segmentation:Telemetry:Prometheus'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HealthStatus.Healthy, HttpStatusCode.OK)]
    [InlineData(HealthStatus.Degraded, HttpStatusCode.OK)]
    [InlineData(HealthStatus.Unhealthy, HttpStatusCode.ServiceUnavailable)]
    public async Task Health_ACheck_DecidesReadinessAndNeverLife(HealthStatus status, HttpStatusCode expected)
    {
        await using var host = await StartAsync(
            services => services.AddHealthChecks().AddCheck("other", () => new HealthCheckResult(status)));

        using var live = await GetAsync(host, "/healthz");
        using var ready = await GetAsync(host, "/readyz");

        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(expected, ready.StatusCode);
        var report = await ready.Content.ReadAsStringAsync(Cancel);
        Assert.Contains($"\"status\":\"{status}\"", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_ToldToStop_LivesAndIsNotReady()
    {
        await using var host = await StartAsync();
        using (var before = await GetAsync(host, "/readyz"))
        {
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        }

        host.App.Lifetime.StopApplication();

        using var live = await GetAsync(host, "/healthz");
        using var ready = await GetAsync(host, "/readyz");
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
    }

    [Fact(Timeout = 600_000)]
    public async Task Requests_OfAnOperatorsMachines_AreNoSpansAndNotMeasured()
    {
        var spans = new ConcurrentQueue<string>();
        await using var host = await StartAsync(services => services
            .Configure<PrometheusAspNetCoreOptions>(options => options.ScrapeResponseCacheDurationMilliseconds = 0)
            .ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(new Kept(spans))));
        host.App.MapGet("/work", () => "done");
        using var client = new HttpClient();

        foreach (var path in new[] { "/work", "/healthz", "/readyz", "/metrics", "/grpc.health.v1.Health/Check" })
        {
            using var response = await client.GetAsync(new Uri(host.Addresses.Http, path), Cancel);
            using var operators = await GetAsync(host, path);
        }

        // A request is measured when it has ended, which its caller may know a moment earlier.
        var cancel = TestContext.Current.CancellationToken;
        string[] measured;
        do
        {
            cancel.ThrowIfCancellationRequested();
            using var scrape = await GetAsync(host, "/metrics");
            var text = await scrape.Content.ReadAsStringAsync(Cancel);
            measured = [.. text.Split('\n').Where(
                line => line.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal))];
        }
        while (!measured.Any(line => line.Contains("http_route=\"/work\"", StringComparison.Ordinal)));

        Assert.Equal("GET /work", Assert.Single(spans));
        Assert.DoesNotContain(measured, line => line.Contains("/readyz", StringComparison.Ordinal));
        Assert.DoesNotContain(measured, line => line.Contains("/metrics", StringComparison.Ordinal));
    }

    private static async Task<HttpResponseMessage> GetAsync(RunningHost host, string path)
    {
        using var client = new HttpClient();
        return await client.GetAsync(new Uri(host.Addresses.Operators, path), Cancel);
    }

    private static Task<RunningHost> StartAsync(params (string Key, string Value)[] options) =>
        StartAsync(_ => { }, options);

    private static async Task<RunningHost> StartAsync(
        Action<IServiceCollection> configure, params (string Key, string Value)[] options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        foreach (var (key, value) in options)
        {
            builder.Configuration[key] = value;
        }

        builder.AddServiceDefaults("test-service");
        builder.Services.AddEndpoints(grpcPort: 0, httpPort: 0);
        configure(builder.Services);
        var app = builder.Build().UseOperatorPort();
        app.MapHealthWords();
        await app.StartAsync(Cancel);
        return new RunningHost(app);
    }

    private sealed class RunningHost(WebApplication app) : IAsyncDisposable
    {
        public WebApplication App { get; } = app;

        public HostAddresses Addresses { get; } = app.Services.GetRequiredService<HostAddresses>();

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }

    /// <summary>Keeps the names of this host's spans that an exporter would get.</summary>
    private sealed class Kept(ConcurrentQueue<string> spans) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data.Recorded && data.Kind == ActivityKind.Server)
            {
                spans.Enqueue(data.DisplayName);
            }
        }
    }

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class RunAlone;
}
