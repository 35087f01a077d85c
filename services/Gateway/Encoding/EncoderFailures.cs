using Google.Rpc;
using Grpc.Core;
using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.Encoding;

/// <summary>Tells calls that an encoder answered with an error from calls that it never answered.</summary>
internal static class EncoderFailures
{
    /// <summary>The connection could not be made: nothing was sent, nothing was lost, nothing was encoded.</summary>
    public static bool IsUnsent(RpcException error) => !IsAnswer(error) && Causes(error).Any(cause => cause
        is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError,
        }

        // The time for connecting was over.
        or TimeoutException);

    /// <summary>
    /// True when another encoder may succeed: this one ended, or the connection to it broke. The gRPC client has
    /// many codes for a broken connection, INTERNAL for most resets of a stream and CANCELLED for some.
    /// </summary>
    public static bool IsLost(RpcException error) =>
        error.StatusCode == StatusCode.Unavailable || (!IsAnswer(error) && IsBroken(error));

    /// <summary>The reason that an encoder gives with an error; empty when the error is not an encoder's.</summary>
    public static string ReasonOf(RpcException error) =>
        error.GetRpcStatus()?.GetDetail<ErrorInfo>() is { Domain: Problem.Domain } info ? info.Reason : "";

    private static bool IsAnswer(RpcException error) => ReasonOf(error).Length > 0;

    // A call that this side gave up ends with the caller's own exception before anybody asks.
    private static bool IsBroken(RpcException error) => error.StatusCode == StatusCode.Cancelled
        || (error.StatusCode != StatusCode.DeadlineExceeded && Causes(error).Any(
            cause => cause is HttpRequestException or IOException or TimeoutException or ObjectDisposedException));

    private static IEnumerable<Exception> Causes(RpcException error)
    {
        for (var cause = error.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
