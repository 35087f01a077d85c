namespace Segmentation.Gateway.Receiving;

internal static partial class ReceivingLog
{
    [LoggerMessage(
        1, LogLevel.Information, "{Count} connections are open (Connections:MaxOpen): further ones are closed")]
    public static partial void TooMany(ILogger logger, int count);

    [LoggerMessage(
        2,
        LogLevel.Information,
        "One address has {Count} connections open (Connections:MaxOpenPerAddress): its further ones are closed")]
    public static partial void TooManyOfOne(ILogger logger, int count);
}
