using Google.Protobuf;

namespace Segmentation.Gateway.Responses;

/// <summary>Writes a google.rpc.Status as gRPC does: in headers where nothing but a status is sent, or in trailers.</summary>
internal static class GrpcStatusHeaders
{
    /// <summary>The code.</summary>
    public const string Status = "grpc-status";

    /// <summary>The message, escaped.</summary>
    public const string Message = "grpc-message";

    /// <summary>The whole status, as base64.</summary>
    public const string Details = "grpc-status-details-bin";

    /// <summary>Sets all three.</summary>
    public static void Write(IHeaderDictionary headers, RpcStatus status)
    {
        headers[Status] = $"{status.Code}";
        headers[Message] = Uri.EscapeDataString(status.Message);
        headers[Details] = Convert.ToBase64String(status.ToByteArray()).TrimEnd('=');
    }
}
