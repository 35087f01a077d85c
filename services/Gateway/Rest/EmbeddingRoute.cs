using Grpc.Core;
using Segmentation.Embeddings;
using Segmentation.Gateway.Grpc;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Images;

namespace Segmentation.Gateway.Rest;

/// <summary><c>GET /v1/images/{id}/embedding?model=</c> as bytes: the values of Embedding.float16.</summary>
internal sealed class EmbeddingRoute(ImageLibrary library, IEmbeddingStore store, EntityTags tags, RestCalls calls)
{
    private const string Method = "/segmentation.v1.ImageService/GetEmbedding";

    /// <summary>Answers with the bytes, or with 304 when the caller has them.</summary>
    public Task<IResult> GetAsync(HttpContext context, string id) => calls.RunAsync(context, Method, async () =>
    {
        var model = ModelQuery.Parse(context.Request.Query).OrThrow();
        var keys = library.KeysOf(Caller.Of(context).Tenant, model, id, ImageFields.OfImage).OrThrow();
        var key = await library.FirstHeldAsync(keys, context.RequestAborted);
        var tag = EntityTags.Of(key, "float16");
        context.Response.Headers.CacheControl = EntityTags.CacheControl;
        if (await tags.IsCurrentAsync(context, key, tag))
        {
            context.Response.Headers.ETag = tag.ToString();
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }

        var embedding = await store.GetAsync(key.Embedding, context.RequestAborted)
            ?? throw (await library.NotFoundAsync(key, ImageEndpoint.Remedy, context.RequestAborted)).ToRpcException();
        return Results.Bytes(embedding.Float16, "application/octet-stream", entityTag: tag);
    });
}
