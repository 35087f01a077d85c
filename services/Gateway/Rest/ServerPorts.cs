using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Rest;

/// <summary>The answer to <c>GET /v1/server</c>: the numbers of both ports.</summary>
/// <param name="GrpcPort">Port of gRPC as this process listens; what is before it may publish another.</param>
/// <param name="HttpPort">Port of everything else, in the same way.</param>
internal sealed record ServerPorts(int GrpcPort, int HttpPort)
{
    /// <summary>The route.</summary>
    public const string Path = "/v1/server";

    /// <summary>The ports of a running host.</summary>
    public static IResult Of(HostAddresses addresses) =>
        Results.Json(new ServerPorts(addresses.Grpc.Port, addresses.Http.Port));
}
