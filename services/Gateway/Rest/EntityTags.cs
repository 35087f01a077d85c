using Google.Protobuf.Reflection;
using Microsoft.Net.Http.Headers;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Images;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Rest;

/// <summary>
/// Makes ETags of answers about an image. An answer is a function of the image's bytes and of the model, whose hashes
/// are known, so If-None-Match is answered without reading an embedding.
/// </summary>
internal sealed class EntityTags(ImageLibrary library)
{
    /// <summary>
    /// Cache-Control of answers about an image: the caller alone may keep one, and asks before each use.
    /// </summary>
    public const string CacheControl = "private, no-cache";

    /// <summary>The tag of an answer.</summary>
    /// <param name="key">The image and its model.</param>
    /// <param name="form">The form of the answer, for example <c>json</c>.</param>
    public static EntityTagHeaderValue Of(ImageKey key, string form) =>
        new($"\"{key.Sha256}-{key.Model.Id}-{key.Model.Digest[..16]}-{form}\"");

    /// <summary>
    /// Tags the JSON of an image or an embedding that is held, or answers with 304 when the caller has it.
    /// </summary>
    /// <returns>True when the request was answered.</returns>
    public async Task<bool> TryAnswerAsync(HttpContext context, MethodDescriptor method)
    {
        var isEmbedding = method.Name == nameof(ImageService.ImageServiceBase.GetEmbedding);
        if (!(isEmbedding || method.Name == nameof(ImageService.ImageServiceBase.GetImage))
            || !ModelQuery.Parse(context.Request.Query).TryGet(out var model, out _)
            || !KeysOf(context, model).TryGet(out var keys, out _))
        {
            return false;
        }

        var key = await library.FirstHeldAsync(keys, context.RequestAborted);
        var tag = Of(key, isEmbedding ? "embedding" : "image");
        context.Response.OnStarting(() =>
        {
            if (context.Response.StatusCode is StatusCodes.Status200OK or StatusCodes.Status304NotModified)
            {
                context.Response.Headers.ETag = tag.ToString();
                context.Response.Headers.CacheControl = CacheControl;
            }

            return Task.CompletedTask;
        });
        if (!await IsCurrentAsync(context, key, tag))
        {
            return false;
        }

        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    /// <summary>True when the caller has the answer that a tag stands for, and the image is still stored.</summary>
    public async Task<bool> IsCurrentAsync(HttpContext context, ImageKey key, EntityTagHeaderValue tag) =>
        context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false))
        && await library.FindAsync(key, context.RequestAborted) is not null;

    private Outcome<ImageKey[]> KeysOf(HttpContext context, string model) => library.KeysOf(
        Caller.Of(context).Tenant,
        model,
        context.Request.RouteValues["id"] as string ?? "",
        ImageFields.OfImage);
}
