namespace Segmentation.Gateway.Encoding;

internal static partial class EncodingLog
{
    [LoggerMessage(1, LogLevel.Warning, "Attempt {Attempt} to encode image {Sha256} is repeated: {Reason}")]
    public static partial void Repeated(ILogger logger, string sha256, int attempt, string reason);

    [LoggerMessage(
        2, LogLevel.Error, "No encoder took image {Sha256}, after {Attempts} attempts. The last: {Code}, {Reason}")]
    public static partial void Unavailable(
        ILogger logger, string sha256, int attempts, StatusCode code, string reason);

    [LoggerMessage(3, LogLevel.Debug, "Sending image {Sha256} was interrupted: {Reason}")]
    public static partial void Interrupted(ILogger logger, string sha256, string reason);
}
