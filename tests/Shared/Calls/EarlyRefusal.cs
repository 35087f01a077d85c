using Grpc.Core;
using Grpc.Net.Client;

namespace Segmentation.Tests.Shared;

/// <summary>
/// Calls that a server refuses while their client still sends. The client of .NET may send data behind the frame by
/// which it gives the call up, for which Kestrel closes the connection (STREAM_CLOSED) before the client has read the
/// answer. Each attempt has a connection of its own, and one that was lost like this is repeated.
/// </summary>
internal static class EarlyRefusal
{
    private const int Attempts = 10;

    /// <summary>The server's refusal.</summary>
    /// <param name="server">The gRPC port.</param>
    /// <param name="call">Makes the call, which must fail.</param>
    public static async Task<RpcException> OfAsync(Uri server, Func<GrpcChannel, Task> call)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var channel = GrpcChannel.ForAddress(server);
            var error = await Assert.ThrowsAsync<RpcException>(() => call(channel));
            if (attempt == Attempts || error.Trailers.GetValueBytes("grpc-status-details-bin") is not null)
            {
                return error;
            }
        }
    }
}
