using Google.Rpc;
using Grpc.Core;

namespace Segmentation.Tests.Shared;

/// <summary>Tells the error for "nobody is there at the moment, come back after a time" from others.</summary>
internal static class Refusal
{
    /// <summary>True for such an error of a call.</summary>
    public static bool Is(RpcException error) => error.GetRpcStatus() is { } status && Is(status);

    /// <summary>True for such an error in a session.</summary>
    public static bool Is(Google.Rpc.Status status) =>
        status.Code == (int)StatusCode.Unavailable && status.GetDetail<RetryInfo>() is not null;
}
