using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using Segmentation.Common.Configuration;
using Segmentation.Common.Tls;
using Segmentation.Redis;
using StackExchange.Redis;

namespace Segmentation.Clustering;

/// <summary>The cluster that gateways and silos share: its names, and the Redis that knows its members.</summary>
public static class RedisCluster
{
    /// <summary>Configuration key of the membership database: it must not evict.</summary>
    public const string ConnectionKey = "Segmentation:Redis:Cluster";

    private const string ServiceId = "segmentation";

    /// <summary>
    /// Makes a silo a member, and lets it repair the table of members where Redis lost it. Its connections with other
    /// silos and with gateways are encrypted where <see cref="ClusterTlsOptions"/> say so.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="configuration">
    /// <c>Segmentation:Redis:Cluster</c>, a StackExchange.Redis connection string, and <c>Segmentation:Cluster:Id</c>
    /// (default <c>segmentation</c>): silos and gateways of one deployment have the same.
    /// </param>
    /// <exception cref="OptionsValidationException">The connection string is missing or unreadable.</exception>
    public static ISiloBuilder UseRedisCluster(this ISiloBuilder silo, IConfiguration configuration) =>
        silo.UseRedisCluster(configuration, "");

    /// <summary>
    /// Makes a silo a member of a second cluster of the same deployment, whose members gateways and decoders do not
    /// see: a table of its own in the same Redis.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="configuration">As for the first cluster.</param>
    /// <param name="name">Name of the cluster within the deployment; empty for the first.</param>
    /// <exception cref="OptionsValidationException">The connection string is missing or unreadable.</exception>
    public static ISiloBuilder UseRedisCluster(this ISiloBuilder silo, IConfiguration configuration, string name)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var connection = Connection(configuration);
        silo.Services.AddRetryingConnection().AddHostedService<MembershipTableRepair>();
        silo.Services.AddClusterTls().AddOptions<SiloConnectionOptions>().Configure<ClusterTls>(ClusterConnections.Encrypt);
        return silo
            .Configure<ClusterOptions>(options => Name(options, configuration, name))
            .UseRedisClustering(options => options.ConfigurationOptions = connection);
    }

    /// <summary>Lets a gateway find the silos.</summary>
    /// <param name="client">The gateway's client.</param>
    /// <param name="configuration">As for silos.</param>
    /// <exception cref="OptionsValidationException">The connection string is missing or unreadable.</exception>
    public static IClientBuilder UseRedisCluster(this IClientBuilder client, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var connection = Connection(configuration);
        client.Services.AddRetryingConnection();
        return client
            .Configure<ClusterOptions>(options => Name(options, configuration))
            .UseRedisClustering(options => options.ConfigurationOptions = connection);
    }

    /// <summary>Lets a gateway enter the cluster through one silo and no other.</summary>
    /// <param name="client">The gateway's client.</param>
    /// <param name="configuration">As for silos; the cluster's name is all that is read.</param>
    /// <param name="silo">Where the silo listens for gateways.</param>
    /// <param name="tls">Encrypts the connection where it is on.</param>
    public static IClientBuilder UseSilo(
        this IClientBuilder client, IConfiguration configuration, IPEndPoint silo, ClusterTls tls)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(tls);
        client.Services.Configure<ClientConnectionOptions>(options => ClusterConnections.Encrypt(options, tls));
        return client.Configure<ClusterOptions>(options => Name(options, configuration)).UseStaticClustering(silo);
    }

    /// <summary>Checks at start what the others would only find out later.</summary>
    /// <param name="configuration">As for silos.</param>
    /// <exception cref="OptionsValidationException">The connection string is missing or unreadable.</exception>
    public static void Check(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Connection(configuration);
    }

    private static IServiceCollection AddRetryingConnection(this IServiceCollection services)
    {
        return services.AddRedisAccess()
            .AddSingleton<IPostConfigureOptions<RedisClusteringOptions>, RetryingRedisConnection>();
    }

    private static void Name(ClusterOptions options, IConfiguration configuration, string name = "")
    {
        options.ServiceId = ServiceId;
        options.ClusterId = name.Length == 0 ? ClusterId.Of(configuration) : $"{ClusterId.Of(configuration)}-{name}";
    }

    private static ConfigurationOptions Connection(IConfiguration configuration)
    {
        if (configuration[ConnectionKey] is not { Length: > 0 } text)
        {
            throw Invalid($"{ConnectionKey} is missing: the Redis that knows the silos, for example redis:6379. It must "
                + "not evict, so it is not the one of embeddings.");
        }

        try
        {
            return ConfigurationOptions.Parse(text);
        }
        catch (ArgumentException exception)
        {
            throw Invalid($"{ConnectionKey} is no StackExchange.Redis connection string: {exception.Message}");
        }
    }

    private static OptionsValidationException Invalid(string sentence) =>
        new(ConnectionKey, typeof(ConfigurationOptions), [sentence]);
}
