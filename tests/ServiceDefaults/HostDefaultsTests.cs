using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Segmentation.ServiceDefaults.Tests;

public sealed class HostDefaultsTests
{
    [Theory]
    [InlineData("segmentation.decoder", true)]
    [InlineData("Microsoft.Orleans.Application", true)]
    [InlineData("Microsoft.Orleans.Runtime", false)]
    [InlineData("Grpc.Net.Client", true)]
    [InlineData("System.Net.Http", true)]
    [InlineData("somebody.else", false)]
    public async Task AddServiceDefaults_Sources_AreTraced(string name, bool expected)
    {
        using var source = new ActivitySource(name);
        using var host = Host();
        await host.StartAsync(TestContext.Current.CancellationToken);

        using var activity = source.StartActivity("work");

        Assert.Equal(expected, activity is { Recorded: true });
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("segmentation.encoder", true)]
    [InlineData("Microsoft.Orleans", true)]
    [InlineData("System.Net.Http", true)]
    [InlineData("System.Runtime", true)]
    [InlineData("somebody.else", false)]
    public async Task AddServiceDefaults_Meters_AreMeasured(string name, bool expected)
    {
        using var meter = new Meter(name);
        var counter = meter.CreateCounter<long>("things");
        var builder = Builder(null);
        using var reader = new BaseExportingMetricReader(new NoExporter());
        builder.Services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddReader(reader));
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(expected, counter.Enabled);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task AddServiceDefaults_Resource_HasTheServiceName()
    {
        using var host = Host();
        await host.StartAsync(TestContext.Current.CancellationToken);

        var resource = host.Services.GetRequiredService<TracerProvider>().GetResource();

        Assert.Contains(resource.Attributes, a => a is { Key: "service.name", Value: "test-service" });
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void AddServiceDefaults_Exporter_IsThereOnlyWithAnEndpoint(string? endpoint, bool expected)
    {
        var builder = Builder(endpoint);
        var isExporter = builder.Services.Any(
            s => s.ServiceType.FullName!.Contains("OtlpExporter", StringComparison.Ordinal));
        Assert.Equal(expected, isExporter);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9", true)]
    [InlineData(null, false)]
    public void AddServiceDefaults_Logs_GoToTheEndpointToo(string? endpoint, bool expected)
    {
        using var host = Builder(endpoint).Build();

        Assert.Equal(expected, host.Services.GetServices<ILoggerProvider>().Any(p => p is OpenTelemetryLoggerProvider));
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("always_off", null, false)]
    [InlineData("traceidratio", "0", false)]
    [InlineData("parentbased_traceidratio", "0", false)]
    [InlineData("parentbased_traceidratio", "1", true)]
    public async Task AddServiceDefaults_Sampler_IsTheEnvironments(string? sampler, string? argument, bool expected)
    {
        using var source = new ActivitySource("segmentation.sampled");
        var builder = Builder(null);
        builder.Configuration.AddInMemoryCollection(
            [new("OTEL_TRACES_SAMPLER", sampler), new("OTEL_TRACES_SAMPLER_ARG", argument)]);
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        // A prompt of a live session: no parent, and a link to a span that was kept.
        var session = new ActivityContext(
            ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        using var prompt = source.StartActivity(
            ActivityKind.Internal, links: [new ActivityLink(session)], name: "prompt");

        Assert.Equal(expected, prompt is { Recorded: true });
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Span_OfAGrpcClient_IsNamedAfterItsMethod()
    {
        using var source = new ActivitySource("Grpc.Net.Client");
        using var host = Host();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var activity = source.StartActivity("Grpc.Net.Client.GrpcOut", ActivityKind.Client)!;
        activity.SetTag("grpc.method", "/segmentation.encoder.v1.EncoderService/Encode");

        activity.Stop();

        Assert.Equal("segmentation.encoder.v1.EncoderService/Encode", activity.DisplayName);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private static IHost Host() => Builder(null).Build();

    private static HostApplicationBuilder Builder(string? endpoint)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([new("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)]);
        builder.AddServiceDefaults("test-service");
        return builder;
    }

    private sealed class NoExporter : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }
}
