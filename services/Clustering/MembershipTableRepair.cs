using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using StackExchange.Redis;

namespace Segmentation.Clustering;

/// <summary>
/// Brings the table of members back when its Redis lost it. Orleans writes a silo's row once: in an empty table nobody
/// is listed any more, gateways that start find no silo, and the first silo to join makes the others, who are missing
/// in a table newer than theirs, end themselves. So every silo remembers the table and restores what is missing.
/// </summary>
internal sealed partial class MembershipTableRepair : BackgroundService
{
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);

    private readonly ISiloStatusOracle _members;
    private readonly RedisClusteringOptions _options;
    private readonly RedisKey _key;
    private readonly RedisValue _ownRow;
    private readonly TimeProvider _clock;
    private readonly ILogger<MembershipTableRepair> _logger;
    private MembershipTableCopy _lastSeen = MembershipTableCopy.Empty;

    public MembershipTableRepair(
        ISiloStatusOracle members,
        IOptions<RedisClusteringOptions> options,
        IOptions<ClusterOptions> cluster,
        TimeProvider clock,
        ILogger<MembershipTableRepair> logger)
    {
        _members = members;
        _options = options.Value;
        _key = _options.CreateRedisKey(cluster.Value);
        _ownRow = members.SiloAddress.ToString();
        _clock = clock;
        _logger = logger;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_period, _clock);
        IConnectionMultiplexer? redis = null;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    redis ??= (await _options.CreateMultiplexer(_options).WaitAsync(stoppingToken)).Multiplexer;
                    await KeepAsync(redis.GetDatabase());
                }
                catch (Exception exception) when (exception is RedisException or TimeoutException)
                {
                    // Away: what was seen last is what will be restored.
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutdown.
        }
        finally
        {
            if (redis is not null)
            {
                await redis.DisposeAsync();
            }
        }
    }

    private async Task KeepAsync(IDatabase redis)
    {
        var table = new MembershipTableCopy(await redis.HashGetAllAsync(_key));
        if (_members.CurrentStatus != SiloStatus.Active || table.Has(_ownRow) || !_lastSeen.Has(_ownRow))
        {
            _lastSeen = table;
            return;
        }

        if (await _lastSeen.RestoreAsync(redis, _key, table))
        {
            Restored(_logger, _lastSeen.Rows);
        }
    }

    [LoggerMessage(
        1, LogLevel.Warning, "The Redis that knows the silos lost them; {Rows} rows of its table were restored.")]
    private static partial void Restored(ILogger logger, int rows);
}
