using System.Security.Cryptography;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Segmentation.Embeddings;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Fakes;

/// <summary>Requests that tests send, and ways to read what comes back.</summary>
internal static class Requests
{
    public static readonly byte[] File = [1, 2, 3, 4, 5];
    public static readonly byte[] OtherFile = [6, 7, 8];

    public static string IdOf(byte[] file) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(file))}";

    public static EmbeddingKey KeyOf(byte[] file, string tenant = "default") =>
        EmbeddingKey.Create(tenant, GatewayHost.Model, IdOf(file)["sha256:".Length..]);

    public static Prompt Click(float x, float y) => new() { Points = { new Point { X = x, Y = y } } };

    public static Metadata As(string tenant) => new() { { "x-segmentation-tenant", tenant } };

    public static async Task<Image> UploadAsync(this GatewayHost host, byte[] file, string tenant = "default", int chunk = 2)
    {
        using var call = host.Images.UploadImage(
            As(tenant), cancellationToken: TestContext.Current.CancellationToken);
        for (var i = 0; i < file.Length; i += chunk)
        {
            var part = ByteString.CopyFrom(file, i, Math.Min(chunk, file.Length - i));
            await call.RequestStream.WriteAsync(new UploadImageRequest { Chunk = part });
        }

        await call.RequestStream.CompleteAsync();
        return await call;
    }

    /// <summary>The status of a call that must fail with a code.</summary>
    public static async Task<RpcStatus> FailsAsync(StatusCode code, Func<Task> call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(code, exception.StatusCode);
        return exception.GetRpcStatus() ?? throw new InvalidOperationException($"No details: {exception.Status}");
    }

    public static string Reason(this RpcStatus status)
    {
        var info = status.GetDetail<ErrorInfo>();
        Assert.Equal("segmentation", info?.Domain);
        return info!.Reason;
    }

    /// <summary>Field violations by field.</summary>
    public static Dictionary<string, string> Fields(this RpcStatus status) =>
        status.GetDetail<BadRequest>()!.FieldViolations.ToDictionary(v => v.Field, v => v.Description);

    public static TimeSpan? RetryDelay(this RpcStatus status) => status.GetDetail<RetryInfo>()?.RetryDelay.ToTimeSpan();
}
