using Grpc.Core;
using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Grpc;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Images;

namespace Segmentation.Gateway.Rest;

/// <summary><c>GET /v1/images/{id}/embedding</c> as bytes: [256, 64, 64] binary16 values, little-endian.</summary>
internal sealed class EmbeddingRoute(ImageLibrary library, IEmbeddingStore store, EntityTags tags, RestCalls calls)
{
    private const string Method = "/segmentation.v1.ImageService/GetEmbedding";

    /// <summary>Answers with the bytes, or with 304 when the caller has them.</summary>
    public Task<IResult> GetAsync(HttpContext context, string id) => calls.RunAsync(context, Method, async () =>
    {
        var key = library.KeyOf(Caller.Of(context).Tenant, id, "id").OrThrow();
        var tag = tags.Of(key.ImageSha256, "float16");
        context.Response.Headers.CacheControl = EntityTags.CacheControl;
        if (await tags.IsCurrentAsync(context, key, tag))
        {
            context.Response.Headers.ETag = tag.ToString();
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }

        var embedding = await store.GetAsync(key, context.RequestAborted)
            ?? throw Problem.ImageNotFound(id, ImageEndpoint.Remedy).ToRpcException();
        return Results.Bytes(embedding.Float16, "application/octet-stream", entityTag: tag);
    });
}
