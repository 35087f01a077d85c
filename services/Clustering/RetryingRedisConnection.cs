using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using StackExchange.Redis;

namespace Segmentation.Clustering;

/// <summary>
/// A silo or gateway that is started before the Redis that knows the silos waits for it, instead of ending and being
/// started again at ever longer intervals.
/// </summary>
internal sealed partial class RetryingRedisConnection(
    ILogger<RetryingRedisConnection> logger, TimeProvider clock) : IConfigureOptions<RedisClusteringOptions>
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private readonly ILogger<RetryingRedisConnection> _logger = logger;

    public void Configure(RedisClusteringOptions options) => options.CreateMultiplexer = ConnectAsync;

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
            catch (RedisConnectionException)
            {
                var servers = string.Join(',', options.ConfigurationOptions!.EndPoints);
                Waiting(_logger, servers, RedisCluster.ConnectionKey);
            }

            await timer.WaitForNextTickAsync();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Waiting for the Redis that knows the silos, {Servers} ({Option}).")]
    private static partial void Waiting(ILogger logger, string servers, string option);
}
