using Microsoft.Extensions.Logging;

namespace Segmentation.Redis;

/// <summary>The lines about access to Redis.</summary>
internal static partial class RedisLog
{
    [LoggerMessage(
        1, LogLevel.Error, "The password of Redis, '{Path}', cannot be read: {Problem}. The one read before is used.")]
    public static partial void Unreadable(ILogger logger, string path, string problem);

    [LoggerMessage(
        2, LogLevel.Warning, "Refused a Redis server: {Problem} Authorities: '{Path}'. Logged once in {Seconds} s.")]
    public static partial void Refused(ILogger logger, string problem, string path, double seconds);
}
