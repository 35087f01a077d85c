using Google.Rpc;
using Grpc.Core;

namespace Segmentation.Tests.Shared;

/// <summary>An error that says: nobody is there at the moment, come back after a time.</summary>
internal static class Refusal
{
    /// <summary>Whether an error of a call is one.</summary>
    public static bool Is(RpcException error) => error.GetRpcStatus() is { } status && Is(status);

    /// <summary>Whether an error in a session is one.</summary>
    public static bool Is(Google.Rpc.Status status) =>
        status.Code == (int)StatusCode.Unavailable && status.GetDetail<RetryInfo>() is not null;
}
