using System.Diagnostics;
using System.Net;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Segmentation.Gateway.Routing;
using Segmentation.Gateway.Telemetry;
using Segmentation.Grains;
using Segmentation.Tests.Shared;

namespace Segmentation.Gateway.Tests.Routing;

/// <summary>The watch over silos in a host of its own.</summary>
public sealed class SiloWatchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_ClusterAnswers_SilosAreKnownCountedAndReady()
    {
        var cluster = SiloLists.Create();
        using var host = Host(cluster);
        using var meters = new HeardMeters(host.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
        var watch = host.Services.GetRequiredService<SiloWatch>();
        Assert.Equal(0, meters["segmentation.gateway.silos"]);
        Assert.Equal(HealthStatus.Unhealthy, (await watch.CheckHealthAsync(new HealthCheckContext(), Cancel)).Status);
        var updated = host.Services.GetRequiredService<SiloRoutes>().NextUpdate;

        await host.StartAsync(Cancel);
        await updated.WaitAsync(Cancel);

        Assert.Equal(2, meters["segmentation.gateway.silos"]);
        Assert.Equal(HealthStatus.Healthy, (await watch.CheckHealthAsync(new HealthCheckContext(), Cancel)).Status);
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task Question_InAnyTrace_IsSampledOnNeitherSide()
    {
        var cluster = SiloLists.Create();
        using var host = Host(cluster);

        await host.StartAsync(Cancel);
        var (here, there) = await cluster.Asked.WaitAsync(Cancel);

        Assert.False(here!.Recorded);
        Assert.True(ActivityContext.TryParse(there, null, out var remote));
        Assert.Equal((here.TraceId, ActivityTraceFlags.None), (remote.TraceId, remote.TraceFlags));
        await host.StopAsync(Cancel);
    }

    private static IHost Host(SiloLists cluster)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services
            .AddMetrics()
            .AddSingleton(TimeProvider.System)
            .AddSingleton((IGrainFactory)(object)cluster)
            .AddSingleton<GatewayMetrics>()
            .AddSingleton<SiloRoutes>()
            .AddSingleton<SiloWatch>()
            .AddHostedService(services => services.GetRequiredService<SiloWatch>());
        return builder.Build();
    }

    /// <summary>A cluster of two silos that notes in which trace it was asked.</summary>
    public class SiloLists : DispatchProxy
    {
        private readonly TaskCompletionSource<(Activity?, string?)> _asked = new();

        /// <summary>The caller's span, and what Orleans would carry to the silo.</summary>
        public Task<(Activity? Here, string? There)> Asked => _asked.Task;

        internal static SiloLists Create() => (SiloLists)(object)DispatchProxy.Create<IGrainFactory, SiloLists>();

        protected override object Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var list = DispatchProxy.Create<ISiloListGrain, List>();
            ((List)list).Asked = _asked;
            return list;
        }

        public class List : DispatchProxy
        {
            public TaskCompletionSource<(Activity?, string?)>? Asked { get; set; }

            protected override object Invoke(MethodInfo? targetMethod, object?[]? args)
            {
                Asked!.TrySetResult((Activity.Current, RequestContext.Get("traceparent") as string));
                return Task.FromResult(new[] { Silo(1), Silo(2) });
            }

            private static SiloAddress Silo(int number) => SiloAddress.New(IPAddress.Loopback, 1000 + number, number);
        }
    }
}
