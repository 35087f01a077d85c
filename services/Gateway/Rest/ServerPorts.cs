using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Rest;

/// <summary>What <c>GET /v1/server</c> answers: whoever came to one port finds the other.</summary>
/// <param name="GrpcPort">Port of gRPC as this process listens; what is before it may publish another.</param>
/// <param name="HttpPort">Port of everything else, in the same way.</param>
internal sealed record ServerPorts(int GrpcPort, int HttpPort)
{
    /// <summary>Where it is.</summary>
    public const string Path = "/v1/server";

    /// <summary>The ports of a running host.</summary>
    public static IResult Of(HostAddresses addresses) =>
        Results.Json(new ServerPorts(addresses.Grpc.Port, addresses.Http.Port));
}
