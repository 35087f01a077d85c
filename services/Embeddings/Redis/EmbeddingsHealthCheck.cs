using Microsoft.Extensions.Diagnostics.HealthChecks;
using Segmentation.Embeddings.Storage;

namespace Segmentation.Embeddings.Redis;

/// <summary>
/// Degraded while the store does not answer: everything still works, from silos' memory. It asks the store each time,
/// so that health is right also where nothing else does.
/// </summary>
internal sealed class EmbeddingsHealthCheck(RedisConnections redis, StoreHealth health) : IHealthCheck
{
    private readonly RedisConnections _redis = redis;

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await _redis.AskAsync(StoreOperation.Ping, RedisChannel.Commands, redis => redis.PingAsync(), cancellationToken);
        var (isAvailable, since) = health.State;
        return isAvailable
            ? HealthCheckResult.Healthy("The embedding store answers.")
            : HealthCheckResult.Degraded($"The embedding store has not answered since {since:u}.");
    }
}
