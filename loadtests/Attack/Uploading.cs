using System.Net.Http.Headers;
using Google.Protobuf;
using Segmentation.Protocol.V1;
using RpcStatus = Google.Rpc.Status;

namespace Segmentation.LoadTests.Attack;

/// <summary>Uploads of files by REST and gRPC in turn.</summary>
internal static class Uploading
{
    private const string Path = "/segmentation.v1.ImageService/UploadImage";
    private const int ChunkBytes = 1 << 20;

    /// <summary>Uploads a file.</summary>
    public static Task<RpcStatus?> SendAsync(AttackCaller caller, int n, byte[] file, CancellationToken end) => n % 2 == 0
        ? caller.GrpcAsync(Path, Messages(file), end)
        : caller.RestAsync(
            server =>
            {
                var body = new ByteArrayContent(file);
                body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
                return new HttpRequestMessage(HttpMethod.Post, new Uri(server, "v1/images")) { Content = body };
            },
            end);

    private static PiecesContent Messages(byte[] file) => new(null, async (stream, cancellationToken) =>
    {
        for (var at = 0; at < file.Length; at += ChunkBytes)
        {
            var chunk = file.AsMemory(at, Math.Min(ChunkBytes, file.Length - at));
            var message = new UploadImageRequest { Chunk = UnsafeByteOperations.UnsafeWrap(chunk) }.ToByteArray();
            await stream.WriteAsync(GrpcPrefix.Of(message.Length), cancellationToken);
            await stream.WriteAsync(message, cancellationToken);
        }
    });
}
