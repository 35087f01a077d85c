using System.Diagnostics;

namespace Segmentation.Gateway.Errors;

/// <summary>Turns bugs into INTERNAL: logged once here, named to the client only by a correlation id.</summary>
internal sealed class UnexpectedErrors(ILogger<UnexpectedErrors> logger)
{
    /// <summary>Logs an exception and makes the status for the client.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="method">The RPC's full name.</param>
    public RpcStatus Report(Exception exception, string method)
    {
        var correlationId = Activity.Current?.TraceId.ToHexString() ?? Guid.NewGuid().ToString("N");
        ErrorLog.Unexpected(logger, exception, method, correlationId);
        return Problem.Internal(correlationId);
    }
}

internal static partial class ErrorLog
{
    [LoggerMessage(1, LogLevel.Error, "{Method} failed unexpectedly; the client was given {CorrelationId}")]
    public static partial void Unexpected(ILogger logger, Exception exception, string method, string correlationId);
}
