using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Segmentation.Embeddings;
using Segmentation.Gateway.Encoding;
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
    AuditLog audit)
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
            model: "",
            requestStream,
            intakes.Of(context.GetHttpContext()),
            UploadFields.Grpc,
            context.CancellationToken);
        return outcome.OrThrow().ToMessage();
    }

    [Needs(Scope.Read)]
    public override async Task<Image> GetImage(GetImageRequest request, ServerCallContext context)
    {
        var keys = KeysOf(context, request.Model, request.Id);
        return (await library.GetAsync(keys, Remedy, context.CancellationToken)).OrThrow().ToMessage();
    }

    [Needs(Scope.Delete)]
    public override async Task<Empty> DeleteImage(DeleteImageRequest request, ServerCallContext context)
    {
        var any = KeysOf(context, model: "", request.Id)[0];
        foreach (var key in library.AllKeysOf(Caller.Of(context).Tenant, any.Sha256))
        {
            // The store first: a grain that forgets before could load the embedding again in between.
            await store.RemoveAsync(key.Embedding, context.CancellationToken);
            await forgetter.ForgetAsync(key.Embedding, context.CancellationToken);
        }

        audit.Write(Caller.Of(context), AuditLog.Delete, request.Id);
        return new Empty();
    }

    [Needs(Scope.Read)]
    public override async Task<Embedding> GetEmbedding(GetEmbeddingRequest request, ServerCallContext context)
    {
        var keys = KeysOf(context, request.Model, request.Id);
        foreach (var key in keys)
        {
            if (await store.GetAsync(key.Embedding, context.CancellationToken) is { } embedding)
            {
                var first = key.Model.Package.Layout.Encoder.Tensors[0];
                return new Embedding
                {
                    Image = new StoredImage(key, embedding.Info, TimeSpan.Zero).ToMessage(),
                    Shape = { first.Dimensions.Select(side => (uint)side) },
                    Float16 = UnsafeByteOperations.UnsafeWrap(embedding.Float16),
                    ModelDigest = key.Model.Digest,
                };
            }
        }

        throw (await library.NotFoundAsync(keys[0], Remedy, context.CancellationToken)).ToRpcException();
    }

    private ImageKey[] KeysOf(ServerCallContext context, string model, string id) =>
        library.KeysOf(Caller.Of(context).Tenant, model, id, ImageFields.OfImage).OrThrow();
}

/// <summary>Binds the service's methods.</summary>
internal static class ImageMethods
{
    /// <summary>Called by the framework for the routes of <see cref="ImageEndpoint"/>.</summary>
    public static void Bind(ServiceBinderBase binder, ImageService.ImageServiceBase? service) =>
        ImageService.BindService(new CheckedMethods(binder), service!);
}
