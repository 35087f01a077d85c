using Microsoft.Extensions.Logging;

namespace Segmentation.Doors.Fetching;

/// <summary>What operators learn of fetches that failed, and callers do not.</summary>
internal static partial class FetchLog
{
    [LoggerMessage(1, LogLevel.Information, "A picture of tenant {Tenant} could not be fetched from {Host}: {Cause}")]
    public static partial void Failed(this ILogger logger, string tenant, string host, string cause);
}
