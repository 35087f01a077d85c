using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Routing.Silos;
using Segmentation.Protocol.V1;
using Embedding = Segmentation.Protocol.V1.Embedding;

namespace Segmentation.Gateway.Grpc;

/// <summary>segmentation.v1.ImageService.</summary>
[BindServiceMethod(typeof(ImageMethods), nameof(ImageMethods.Bind))]
internal sealed class ImageEndpoint(
    ImageLibrary library,
    ImageUpload upload,
    IntakeRegistry intakes,
    IEmbeddingStore store,
    ImageEvictor forgetter,
    ModelIdentity model)
    : ImageService.ImageServiceBase
{
    /// <summary>Advice for an image that is not stored.</summary>
    public const string Remedy = "Upload it (again) with UploadImage, by REST with POST /v1/images.";

    public override async Task<Image> UploadImage(
        IAsyncStreamReader<UploadImageRequest> requestStream, ServerCallContext context)
    {
        var outcome = await upload.ReceiveAsync(
            Tenant.Of(context),
            requestStream,
            intakes.Of(context.GetHttpContext()),
            UploadFields.Grpc,
            context.CancellationToken);
        return outcome.OrThrow().ToMessage();
    }

    public override async Task<Image> GetImage(GetImageRequest request, ServerCallContext context)
    {
        var key = library.KeyOf(Tenant.Of(context), request.Id, "id").OrThrow();
        return (await library.GetAsync(key, Remedy, context.CancellationToken)).OrThrow().ToMessage();
    }

    public override async Task<Empty> DeleteImage(DeleteImageRequest request, ServerCallContext context)
    {
        var key = library.KeyOf(Tenant.Of(context), request.Id, "id").OrThrow();

        // The store first: a grain that forgets before could load the embedding again in between.
        await store.RemoveAsync(key, context.CancellationToken);
        await forgetter.ForgetAsync(key, context.CancellationToken);
        return new Empty();
    }

    public override async Task<Embedding> GetEmbedding(GetEmbeddingRequest request, ServerCallContext context)
    {
        var key = library.KeyOf(Tenant.Of(context), request.Id, "id").OrThrow();
        var embedding = await store.GetAsync(key, context.CancellationToken)
            ?? throw Problem.ImageNotFound(request.Id, Remedy).ToRpcException();
        return new Embedding
        {
            Image = new StoredImage(key, embedding.Info, model.Id, TimeSpan.Zero).ToMessage(),
            Shape = { 256, 64, 64 },
            Float16 = UnsafeByteOperations.UnsafeWrap(embedding.Float16),
            ModelDigest = model.Digest,
        };
    }
}

/// <summary>Binds the service's methods.</summary>
internal static class ImageMethods
{
    /// <summary>Called by the framework for the routes of <see cref="ImageEndpoint"/>.</summary>
    public static void Bind(ServiceBinderBase binder, ImageService.ImageServiceBase? service) =>
        ImageService.BindService(new CheckedMethods(binder), service!);
}
