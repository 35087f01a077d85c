using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Segmentation.Clustering;
using Segmentation.Common.Configuration;
using Segmentation.Decoder.Health;
using Segmentation.Decoder.Images;
using Segmentation.Models;
using Segmentation.ServiceDefaults.Hosting;
using OrleansEndpoints = Orleans.Configuration.EndpointOptions;

namespace Segmentation.Decoder.Hosting;

/// <summary>A silo as a process of its own: its place in the cluster, its health, its end.</summary>
internal static class SiloHost
{
    /// <summary>
    /// Orleans recommends the server's garbage collector, which is not used on purpose, and finds that a thread which
    /// has only just begun took hours. What is wrong with a certificate ClusterTls says.
    /// </summary>
    public static readonly (string Category, string Level)[] QuietLogs =
    [
        ("Orleans.Runtime.Silo", "Error"), ("Orleans.Runtime.Watchdog", "Error"),
        ("Orleans.Connections.Security", "Error"),
    ];

    /// <summary>Makes the process a silo. It needs an <c>IEmbeddingStore</c>.</summary>
    /// <param name="builder">The host; options are read from <c>Segmentation:Silo</c>.</param>
    /// <param name="models">The models it decodes with.</param>
    public static WebApplicationBuilder AddSilo(this WebApplicationBuilder builder, ServedModels models)
    {
        var services = builder.Services;
        services
            .AddSection<SiloOptions, SiloOptionsValidator>(SiloOptions.Section)
            .AddSingleton<IConfigureOptions<OrleansEndpoints>, SiloEndpoints>()
            .AddSingleton(HttpPort)
            .AddHostedService<SiloDrain>()
            .AddHostedService<EmbeddingRepair>()
            .AddModelNotices(models)
            .AddListening(provider => provider.GetRequiredService<IOptions<SiloOptions>>().Value.HttpPort)
            .AddHealthChecks().AddCheck<SiloReadiness>("silo");
        services.AddOptions<HostOptions>().Configure<IOptions<SiloOptions>>((host, silo) =>
        {
            host.ShutdownTimeout = silo.Value.DrainTimeout;

            // A silo waits for the Redis that knows the others; the process lives meanwhile, and says so.
            host.ServicesStartConcurrently = true;
        });
        builder.UseOrleans(silo => silo
            .UseRedisCluster(builder.Configuration)
            .Configure<ClusterMembershipOptions>(Watch)
            .AddActivityPropagation()
            .AddDecoder(models));
        return builder;
    }

    /// <summary>Maps health, in a word and in detail, and metrics; a silo is ready while it is a member.</summary>
    public static WebApplication MapSilo(this WebApplication app)
    {
        app.UseOperatorPort().MapHealthWords();
        return app;
    }

    /// <summary>
    /// A silo that stops answering is out after about six seconds: three probes of two seconds. Gateways send a late
    /// prompt to another silo long before, so more haste would gain nothing and vote out silos whose machine is busy.
    /// Two silos must agree where there are enough of them, and a silo that is slow itself gives others more time.
    /// </summary>
    private static void Watch(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.NumMissedProbesLimit = 3;
        options.NumVotesForDeathDeclaration = 2;
        options.ExtendProbeTimeoutDuringDegradation = true;

        // Silos that came or went without anybody's gossip are noticed by these.
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        options.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        options.DefunctSiloExpiration = TimeSpan.FromHours(1);
    }

    private static ListenPort HttpPort(IServiceProvider services) => new(
        new IPEndPoint(IPAddress.Any, services.GetRequiredService<IOptions<SiloOptions>>().Value.HttpPort),
        PortUse.Http,
        $"{SiloOptions.Section}:{nameof(SiloOptions.HttpPort)}");
}
