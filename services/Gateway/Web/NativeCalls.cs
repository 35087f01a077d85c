namespace Segmentation.Gateway.Web;

/// <summary>Calls that no page can make: gRPC itself.</summary>
internal static class NativeCalls
{
    private const string GrpcType = "application/grpc";

    /// <summary>
    /// Tells whether a request cannot come from a page: browsers speak HTTP/2 by TLS only, and ask before they send
    /// another site a content type that forms do not have.
    /// </summary>
    public static bool Is(HttpRequest request) =>
        HttpProtocol.IsHttp2(request.Protocol)
        && (!OwnTls.Has(request.HttpContext) || string.Equals(request.ContentType, GrpcType, StringComparison.OrdinalIgnoreCase));
}
