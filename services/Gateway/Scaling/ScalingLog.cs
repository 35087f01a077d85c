namespace Segmentation.Gateway.Scaling;

internal static partial class ScalingLog
{
    [LoggerMessage(
        1,
        LogLevel.Warning,
        "The work of other gateways is not known, since Redis (Segmentation:Redis:Cluster) does not answer: {Reason}. "
            + "After 15 s KEDA is told so, and takes the replicas of its fallback.")]
    public static partial void Away(ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Information, "KEDA is told the work that waits for encoders on {Address}")]
    public static partial void Listening(ILogger logger, Uri address);

    [LoggerMessage(2, LogLevel.Information, "The work of other gateways is known again.")]
    public static partial void Back(ILogger logger);
}
