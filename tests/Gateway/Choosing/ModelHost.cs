using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Embeddings;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Models;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Choosing;

/// <summary>
/// A gateway that serves three models: <c>first</c>, the default, <c>second</c>, and <c>pointwise</c>.
/// </summary>
internal sealed class ModelHost : IAsyncDisposable
{
    private readonly FakeModels _models;

    private ModelHost(FakeModels models, ServedModels served, GatewayHost host) =>
        (_models, Served, Host) = (models, served, host);

    public GatewayHost Host { get; }

    public ServedModels Served { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<ModelHost> StartAsync(params (string Key, string Value)[] options)
    {
        var models = new FakeModels();
        var served = new ServedModels(
            models.Make("first"), models.Make("second"), models.Make("pointwise", FakeModels.Pointwise));
        try
        {
            return new ModelHost(
                models,
                served,
                await GatewayHost.StartAsync(
                    services => services.AddSingleton(served),
                    [.. options.Select(option => ($"Segmentation:ModelChoice:{option.Key}", option.Value))]));
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    /// <summary>Key of a file's embedding by a model.</summary>
    public EmbeddingKey KeyOf(string model, byte[] file, string tenant = "default")
    {
        Assert.True(Served.TryGet(model, out var package));
        return EmbeddingKey.Create(
            tenant,
            new ModelIdentity(package.Id, package.Digest, package.PreprocessingVersion),
            Requests.IdOf(file)["sha256:".Length..]);
    }

    public async Task<Image> UploadAsync(byte[] file, string model = "", string tenant = "default", bool isAnnounced = false)
    {
        using var call = Host.Images.UploadImage(Requests.As(tenant), cancellationToken: Cancel);
        var metadata = new UploadImageMetadata { Model = model, Id = isAnnounced ? Requests.IdOf(file) : "" };
        await call.RequestStream.WriteAsync(new UploadImageRequest { Metadata = metadata });
        if (!isAnnounced)
        {
            await call.RequestStream.WriteAsync(new UploadImageRequest { Chunk = ByteString.CopyFrom(file) });
        }

        await call.RequestStream.CompleteAsync();
        return await call;
    }

    public async Task<SegmentResponse> SegmentAsync(SegmentRequest request, string tenant = "default") =>
        await Host.Segmentation.SegmentAsync(request, Requests.As(tenant), cancellationToken: Cancel);

    /// <summary>A click on the image of <see cref="Requests.File"/>, by its id.</summary>
    public static SegmentRequest Click(string model = "") => new()
    {
        ImageId = Requests.IdOf(Requests.File), Prompts = { Requests.Click(1, 1) }, Model = model,
    };

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _models.Dispose();
    }
}
