namespace Segmentation.Gateway.Errors;

internal static partial class ErrorLog
{
    [LoggerMessage(1, LogLevel.Error, "{Method} failed unexpectedly; the client was given {CorrelationId}")]
    public static partial void Unexpected(ILogger logger, Exception exception, string method, string correlationId);
}
