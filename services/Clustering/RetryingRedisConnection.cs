using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Segmentation.Redis;
using StackExchange.Redis;

namespace Segmentation.Clustering;

/// <summary>
/// A silo or gateway that is started before the Redis that knows the silos waits for it, instead of ending and being
/// started again at ever longer intervals.
/// </summary>
internal sealed partial class RetryingRedisConnection(
    RedisAccess access, ILogger<RetryingRedisConnection> logger, TimeProvider clock)
    : IPostConfigureOptions<RedisClusteringOptions>
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private readonly ILogger<RetryingRedisConnection> _logger = logger;

    public void PostConfigure(string? name, RedisClusteringOptions options)
    {
        options.CreateMultiplexer = ConnectAsync;
        access.Secure(options.ConfigurationOptions!);
    }

    // Whoever stops waiting for this, because the host ends, ends the process with it.
    private async Task<(IConnectionMultiplexer Multiplexer, bool IsShared)> ConnectAsync(RedisClusteringOptions options)
    {
        using var timer = new PeriodicTimer(_pause, clock);
        while (true)
        {
            try
            {
                return await RedisClusteringOptions.DefaultCreateMultiplexer(options);
            }
            catch (RedisConnectionException error)
            {
                var servers = string.Join(',', options.ConfigurationOptions!.EndPoints);
                Waiting(_logger, servers, RedisCluster.ConnectionKey, error.Message);
            }

            await timer.WaitForNextTickAsync();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Waiting for the Redis that knows the silos, {Servers} ({Option}): {Reason}")]
    private static partial void Waiting(ILogger logger, string servers, string option, string reason);
}
