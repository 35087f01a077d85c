namespace Segmentation.Projects.Runs.Grains;

internal static partial class RunLog
{
    [LoggerMessage(1, LogLevel.Information, "Run {Run} has ended: {Done} pictures are done, {Failed} failed.")]
    public static partial void Ended(ILogger logger, long run, long done, long failed);

    [LoggerMessage(2, LogLevel.Warning, "Run {Run} waits: {Reason}")]
    public static partial void Waits(ILogger logger, long run, string reason);

    [LoggerMessage(3, LogLevel.Warning, "Runs wait: {Reason}")]
    public static partial void ScanFailed(ILogger logger, string reason);
}
