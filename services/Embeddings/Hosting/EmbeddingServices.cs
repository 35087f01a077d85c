using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Segmentation.Common.Configuration;
using Segmentation.Embeddings.Leasing;
using Segmentation.Embeddings.Redis;
using Segmentation.Embeddings.Storage;
using Segmentation.Redis;

namespace Segmentation.Embeddings.Hosting;

/// <summary>Registers embedding stores.</summary>
public static class EmbeddingServices
{
    /// <summary>
    /// Keeps embeddings in Redis when <c>Segmentation:Redis:Cache</c> names one, otherwise in this process.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The host's configuration.</param>
    public static IServiceCollection AddEmbeddings(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var cache = configuration.GetSection(RedisOptions.Section)[nameof(RedisOptions.Cache)];
        return string.IsNullOrEmpty(cache) ? services.AddInMemoryEmbeddings() : services.AddRedisEmbeddings();
    }

    /// <summary>
    /// Keeps embeddings in this process. Options: <see cref="EmbeddingStoreOptions"/>, checked when the host starts.
    /// </summary>
    public static IServiceCollection AddInMemoryEmbeddings(this IServiceCollection services)
    {
        services.AddStoreBasics();
        services.TryAddSingleton<IEncodeLease, NoLease>();
        services.TryAddSingleton<IEmbeddingStore, InMemoryEmbeddingStore>();
        return services;
    }

    /// <summary>
    /// Keeps embeddings in Redis, with a health check <c>embeddings</c> that is degraded while Redis is away. Options:
    /// <see cref="RedisOptions"/> and <see cref="EmbeddingStoreOptions"/>, checked when the host starts; whether Redis
    /// is there is not.
    /// </summary>
    public static IServiceCollection AddRedisEmbeddings(this IServiceCollection services)
    {
        services.AddStoreBasics();
        services.AddRedisAccess().AddSection<RedisOptions, RedisOptionsValidator>(RedisOptions.Section);
        services.TryAddSingleton<StoreHealth>();
        services.TryAddSingleton<RedisConnections>();
        services.TryAddSingleton<IEncodeLease, RedisEncodeLease>();
        services.TryAddSingleton<IEmbeddingStore, RedisEmbeddingStore>();
        services.AddHealthChecks().AddCheck<EmbeddingsHealthCheck>("embeddings");
        return services;
    }

    private static void AddStoreBasics(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSection<EmbeddingStoreOptions, EmbeddingStoreOptionsValidator>(EmbeddingStoreOptions.Section);
        services.TryAddSingleton<EmbeddingMetrics>();
        services.AddHostedService<StoreWarmup>();
    }
}
