namespace Segmentation.Security.Tests;

/// <summary>A way on which an endpoint is reached.</summary>
internal enum Way
{
    /// <summary>gRPC over HTTP/2.</summary>
    Grpc,

    /// <summary>gRPC-Web over HTTP/1.1.</summary>
    GrpcWeb,

    /// <summary>gRPC-Web in base64 over HTTP/1.1.</summary>
    GrpcWebText,

    /// <summary>gRPC-Web over HTTP/2, on gRPC's port.</summary>
    GrpcWebOverHttp2,

    /// <summary>HTTP/1.1.</summary>
    Rest,

    /// <summary>HTTP/2 on gRPC's port.</summary>
    RestOverHttp2,

    /// <summary>A WebSocket over HTTP/1.1.</summary>
    WebSocket,

    /// <summary>A WebSocket over HTTP/2 (RFC 8441), on gRPC's port.</summary>
    WebSocketOverHttp2,
}
