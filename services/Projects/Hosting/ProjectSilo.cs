using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Segmentation.Clustering;
using Segmentation.Common.Configuration;
using OrleansEndpoints = Orleans.Configuration.EndpointOptions;

namespace Segmentation.Projects.Hosting;

/// <summary>
/// Makes the process of projects a silo, for its background work. The silos of projects are a cluster of their own:
/// reminders are divided among all silos of a cluster, and decoders have no database to read them from; and whoever
/// annotates has no part in the decoders' watch over each other.
/// </summary>
internal static class ProjectSilo
{
    /// <summary>Log categories of Orleans that say nothing here, as in decoders.</summary>
    public static readonly (string Category, string Level)[] QuietLogs =
    [
        ("Orleans.Runtime.Silo", "Error"), ("Orleans.Runtime.Watchdog", "Error"),
        ("Orleans.Connections.Security", "Error"),
    ];

    private const string ClusterName = "projects";

    /// <summary>
    /// Adds the silo: a member of the cluster of projects where <c>Segmentation:Redis:Cluster</c> names the Redis that
    /// knows its members, else alone. A Redis that is away delays runs and nothing else.
    /// </summary>
    public static WebApplicationBuilder AddProjectSilo(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSection<ProjectSiloOptions, ProjectSiloOptionsValidator>(ProjectSiloOptions.Section);
        services.AddHealthChecks().AddCheck<RunsHealth>("projects-runs");

        // A silo waits for the Redis that knows the others; requests are answered meanwhile.
        services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
        builder.UseOrleans(silo =>
        {
            if (builder.Configuration[RedisCluster.ConnectionKey] is { Length: > 0 })
            {
                silo.UseRedisCluster(builder.Configuration, ClusterName).Configure<ClusterMembershipOptions>(Watch);
                silo.Services.AddOptions<OrleansEndpoints>().Configure<IOptions<ProjectSiloOptions>>(Listen);
            }
            else
            {
                silo.UseLocalhostClustering(siloPort: FreePort(), gatewayPort: 0);
            }

            silo.AddActivityPropagation().AddProjectGrains();
        });
        return builder;
    }

    /// <summary>No port for gateways: gateways ask the services, never the grains.</summary>
    private static void Listen(OrleansEndpoints endpoints, IOptions<ProjectSiloOptions> options)
    {
        var silo = options.Value;
        endpoints.AdvertisedIPAddress = silo.AdvertisedAddress.Length > 0
            ? IPAddress.Parse(silo.AdvertisedAddress)
            : OwnAddress();
        endpoints.SiloPort = silo.SiloPort;
        endpoints.GatewayPort = 0;
        endpoints.SiloListeningEndpoint = new IPEndPoint(IPAddress.Any, silo.SiloPort);
    }

    /// <summary>
    /// A silo that stops answering is out after about six seconds. Its pictures are begun elsewhere when their claims
    /// end, whatever the cluster thinks.
    /// </summary>
    private static void Watch(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.NumMissedProbesLimit = 3;
        options.NumVotesForDeathDeclaration = 2;
        options.ExtendProbeTimeoutDuringDegradation = true;
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        options.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        options.DefunctSiloExpiration = TimeSpan.FromHours(1);
    }

    private static IPAddress OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(address =>
            address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
        ?? IPAddress.Loopback;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
