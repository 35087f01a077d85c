using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Segmentation.Common.Configuration;

namespace Segmentation.Redis;

/// <summary>Registers <see cref="RedisAccess"/>.</summary>
public static class RedisServices
{
    /// <summary>
    /// Adds what secures connections to Redis, once. Options: <see cref="RedisAccessOptions"/>, checked when the host
    /// starts.
    /// </summary>
    /// <param name="services">The host's services.</param>
    public static IServiceCollection AddRedisAccess(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RedisAccess>();
        return services.AddSection<RedisAccessOptions, RedisAccessOptionsValidator>(RedisAccessOptions.Section);
    }
}
