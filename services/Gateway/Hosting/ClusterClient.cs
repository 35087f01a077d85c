using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Segmentation.Gateway.Routing;
using Segmentation.Grains.Clustering;

namespace Segmentation.Gateway.Hosting;

/// <summary>A gateway whose silos are other processes.</summary>
public static class ClusterClient
{
    /// <summary>How often Redis is asked for silos that calls may enter the cluster through.</summary>
    private static readonly TimeSpan EntryRefresh = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Connects to the cluster that <c>Segmentation:Redis:Cluster</c> knows, as soon as there is one: until then, and
    /// whenever no silo answers, <c>/readyz</c> fails and <c>/healthz</c> does not.
    /// </summary>
    /// <param name="builder">The host, with <see cref="GatewayServices.AddGateway"/>.</param>
    public static WebApplicationBuilder AddClusterClient(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        // The client waits for silos as long as it takes. The process lives meanwhile, and says so: restarting it would
        // bring no silo nearer.
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
        builder.UseOrleansClient(client => client
            .UseRedisCluster(builder.Configuration)
            .Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = EntryRefresh)
            .AddActivityPropagation());
        builder.Services.AddSingleton<IClientConnectionRetryFilter, PatientConnection>();
        builder.Services.TryAddSingleton<SiloWatch>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SiloWatch>());
        builder.Services.AddHealthChecks().AddCheck<SiloWatch>("decoders");
        return builder;
    }
}
