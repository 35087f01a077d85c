using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Rest;

/// <summary>
/// The answer to <c>GET /v1/server</c>, which anybody may ask: the numbers of both ports, and the time, since a client
/// whose clock is wrong gets no token that is accepted.
/// </summary>
/// <param name="GrpcPort">Port of gRPC as this process listens; what is before it may publish another.</param>
/// <param name="HttpPort">Port of everything else, in the same way.</param>
/// <param name="Time">Time of the server's clock, UTC.</param>
internal sealed record ServerPorts(int GrpcPort, int HttpPort, DateTimeOffset Time)
{
    /// <summary>The route.</summary>
    public const string Path = "/v1/server";

    /// <summary>The ports of a running host.</summary>
    public static IResult Of(HttpContext context, HostAddresses addresses, TimeProvider clock)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(new ServerPorts(addresses.Grpc.Port, addresses.Http.Port, clock.GetUtcNow()));
    }
}
