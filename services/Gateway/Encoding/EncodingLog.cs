namespace Segmentation.Gateway.Encoding;

// Lines about single images are at level debug: an image's hash belongs to its owner.
internal static partial class EncodingLog
{
    [LoggerMessage(1, LogLevel.Debug, "Attempt {Attempt} to encode image {Sha256} is repeated: {Code}, {Reason}")]
    public static partial void Repeated(ILogger logger, string sha256, int attempt, StatusCode code, string reason);

    [LoggerMessage(
        2, LogLevel.Debug, "No encoder took image {Sha256}, after {Attempts} attempts. The last: {Code}, {Reason}")]
    public static partial void Unavailable(
        ILogger logger, string sha256, int attempts, StatusCode code, string reason);

    [LoggerMessage(3, LogLevel.Debug, "Sending image {Sha256} was interrupted: {Reason}")]
    public static partial void Interrupted(ILogger logger, string sha256, string reason);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "No encoder is in reach at {Address}: {Reason}. Uploads wait up to {Seconds} s and fail; "
            + "prompts on known pictures go on.")]
    public static partial void OutOfReach(ILogger logger, string address, string reason, double seconds);

    [LoggerMessage(5, LogLevel.Information, "Encoders are in reach: {Count}.")]
    public static partial void InReach(ILogger logger, int count);

    [LoggerMessage(
        7,
        LogLevel.Information,
        "No encoder is in reach at {Address}: {Reason}. Uploads wait up to {Seconds} s for one that is started for them.")]
    public static partial void NoneRuns(ILogger logger, string address, string reason, double seconds);

    [LoggerMessage(6, LogLevel.Warning, "Images are not encoded: {Code}, {Reason}. Logged once a minute at most.")]
    public static partial void NotEncoded(ILogger logger, StatusCode code, string reason);
}
