using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Segmentation.Embeddings;
using Segmentation.Gateway.Encoding;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Routing.Silos;
using Segmentation.Identity;
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
    AuditLog audit,
    ModelIdentity model)
    : ImageService.ImageServiceBase
{
    /// <summary>Advice for an image that is not stored.</summary>
    public const string Remedy = "Upload it (again) with UploadImage, by REST with POST /v1/images.";

    [Needs(Scope.Upload)]
    public override async Task<Image> UploadImage(
        IAsyncStreamReader<UploadImageRequest> requestStream, ServerCallContext context)
    {
        using var told = EncoderWait.Notify(left => context.WriteResponseHeadersAsync(EncoderStarting.Header(left)));
        var outcome = await upload.ReceiveAsync(
            Caller.Of(context),
            requestStream,
            intakes.Of(context.GetHttpContext()),
            UploadFields.Grpc,
            context.CancellationToken);
        return outcome.OrThrow().ToMessage();
    }

    [Needs(Scope.Read)]
    public override async Task<Image> GetImage(GetImageRequest request, ServerCallContext context)
    {
        var key = library.KeyOf(Caller.Of(context).Tenant, request.Id, "id").OrThrow();
        return (await library.GetAsync(key, Remedy, context.CancellationToken)).OrThrow().ToMessage();
    }

    [Needs(Scope.Delete)]
    public override async Task<Empty> DeleteImage(DeleteImageRequest request, ServerCallContext context)
    {
        var key = library.KeyOf(Caller.Of(context).Tenant, request.Id, "id").OrThrow();

        // The store first: a grain that forgets before could load the embedding again in between.
        await store.RemoveAsync(key, context.CancellationToken);
        await forgetter.ForgetAsync(key, context.CancellationToken);
        audit.Write(Caller.Of(context), AuditLog.Delete, request.Id);
        return new Empty();
    }

    [Needs(Scope.Read)]
    public override async Task<Embedding> GetEmbedding(GetEmbeddingRequest request, ServerCallContext context)
    {
        var key = library.KeyOf(Caller.Of(context).Tenant, request.Id, "id").OrThrow();
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
