using Segmentation.Clustering;
using Segmentation.Common.Tls;
using Segmentation.Gateway.Routing.Silos;

namespace Segmentation.Gateway.Hosting;

/// <summary>Connects a gateway to silos in other processes.</summary>
public static class ClusterClient
{
    /// <summary>
    /// Logs of Orleans to make quiet: SiloMonitor says once that a silo has gone, and the silo's Orleans client says
    /// the same in stack traces. What is wrong with a certificate ClusterTls says.
    /// </summary>
    public static readonly (string Category, string Level)[] QuietLogs =
    [
        ("Orleans.Messaging", "Error"),
        ("Orleans.Connections.Security", "Error"),
        ("Orleans.Runtime.Messaging", "Error"),
        ("Orleans.Runtime.ClientClusterManifestProvider", "Critical"),
    ];

    /// <summary>
    /// Reaches the silos of the cluster that <c>Segmentation:Redis:Cluster</c> knows, as soon as there is one: until
    /// then, and whenever no silo answers, <c>/readyz</c> fails and <c>/healthz</c> does not.
    /// </summary>
    /// <param name="builder">The host, with <see cref="GatewayServices.AddGateway"/>.</param>
    public static WebApplicationBuilder AddClusterClient(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        RedisCluster.Check(builder.Configuration);
        builder.Services
            .AddClusterTls()
            .AddSingleton<SiloRegistry>()
            .AddSingleton<ISiloList, RedisSiloList>()
            .AddSingleton<SiloMonitors>()
            .AddHostedService(services => services.GetRequiredService<SiloMonitors>())
            .AddHealthChecks().AddCheck<SiloMonitors>("decoders");
        return builder;
    }
}
