namespace Segmentation.Gateway.Contract;

/// <summary>Tells gRPC calls from other requests.</summary>
internal static class GrpcRequest
{
    private const string ContentType = "application/grpc";

    /// <summary>
    /// Tells whether a request is a gRPC call, by its content type, in letters of either case as the server library takes
    /// them; gRPC-Web included.
    /// </summary>
    public static bool Is(HttpRequest request) =>
        request.ContentType?.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) == true;
}
