using Google.Rpc;
using Grpc.Core;

namespace Segmentation.Cli.Segmenting;

/// <summary>Answers of a server that is busy.</summary>
internal static class ServerBusy
{
    /// <summary>Number of attempts at a server that is busy and says when to try again.</summary>
    public const int Attempts = 20;

    /// <summary>Time after which to try again; null: the error is another one.</summary>
    public static TimeSpan? RetryAfter(RpcException error) => error.StatusCode
        is StatusCode.ResourceExhausted or StatusCode.Unavailable
        ? error.GetRpcStatus()?.GetDetail<RetryInfo>()?.RetryDelay.ToTimeSpan()
        : null;
}
