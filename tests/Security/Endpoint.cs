namespace Segmentation.Security.Tests;

/// <summary>An RPC or a route of a running server, and a way to it.</summary>
/// <param name="Way">The way.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path, its parameters filled in.</param>
internal sealed record Endpoint(Way Way, string Method, string Path)
{
    /// <summary>True when a request has a body; a refusal must not wait for a byte of the body.</summary>
    public bool HasBody => Method == "POST";

    /// <summary>The content type of a body.</summary>
    public string ContentType => Way switch
    {
        Way.Grpc => "application/grpc",
        Way.GrpcWeb or Way.GrpcWebOverHttp2 => "application/grpc-web+proto",
        Way.GrpcWebText => "application/grpc-web-text",
        _ => "application/json",
    };

    /// <summary>True when answers have a status of gRPC.</summary>
    public bool IsGrpc => Way is Way.Grpc or Way.GrpcWeb or Way.GrpcWebText or Way.GrpcWebOverHttp2;

    public override string ToString() => $"{Way} {Method} {Path}";
}
