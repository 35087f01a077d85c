using Microsoft.Extensions.Logging;

namespace Segmentation.Common.Tls;

/// <summary>The lines about certificates.</summary>
internal static partial class TlsLog
{
    [LoggerMessage(1, LogLevel.Information, "Read '{Path}' again: {What}.")]
    public static partial void Reloaded(ILogger logger, string path, string what);

    [LoggerMessage(2, LogLevel.Error, "{Problem} What was read before stays in force.")]
    public static partial void Kept(ILogger logger, string problem);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "Refused a connection within the cluster: {Problem} Authorities: '{Path}'. Logged once in {Seconds} s.")]
    public static partial void Refused(ILogger logger, string problem, string path, double seconds);
}
