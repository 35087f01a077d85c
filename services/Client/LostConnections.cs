using Grpc.Core;

namespace Segmentation.Client;

/// <summary>Tells failures to write to a call, whose status follows, from others.</summary>
internal static class LostConnections
{
    /// <summary>
    /// Tells whether an exception of a write means that the server has answered already or that the connection was
    /// lost. gRPC's library passes some exceptions of the transport on as they are.
    /// </summary>
    public static bool Is(Exception error) =>
        error is RpcException or InvalidOperationException or IOException or HttpRequestException;
}
