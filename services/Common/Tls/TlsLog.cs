using Microsoft.Extensions.Logging;

namespace Segmentation.Common.Tls;

/// <summary>The lines about certificates.</summary>
internal static partial class TlsLog
{
    [LoggerMessage(
        3,
        LogLevel.Warning,
        "Refused a connection within the cluster: {Problem} Authorities: '{Path}'. Logged once in {Seconds} s.")]
    public static partial void Refused(ILogger logger, string problem, string path, double seconds);
}
