using System.Globalization;
using Microsoft.Net.Http.Headers;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Pictures.Files;
using Segmentation.Projects.Pictures.Listing;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures.Routes;

/// <summary>
/// <c>GET</c> and <c>HEAD /v1/projects/{project}/pictures/{picture}/file</c> and <c>/thumbnail</c>. What a picture's
/// file is never changes, so browsers keep it.
/// </summary>
internal static class FileRoutes
{
    private const string Immutable = "private, max-age=31536000, immutable";
    private static readonly string[] _methods = ["GET", "HEAD"];

    /// <summary>Maps the routes.</summary>
    public static void MapFileRoutes(this IEndpointRouteBuilder app)
    {
        app.MapMethods(
            "/v1/projects/{project}/pictures/{picture}/file",
            _methods,
            context => RouteProblems.RunAsync(context, () => SendFileAsync(context)));
        app.MapMethods(
            "/v1/projects/{project}/pictures/{picture}/thumbnail",
            _methods,
            context => RouteProblems.RunAsync(context, () => SendThumbnailAsync(context)));
    }

    private static async Task SendFileAsync(HttpContext context)
    {
        var (grant, picture) = await FindAsync(context);
        var handOuts = context.RequestServices.GetRequiredService<HandOuts>();
        await SendAsync(
            context,
            HandOuts.FileTag(grant, picture),
            picture.MediaType,
            token => handOuts.FileAsync(grant, picture, token));
    }

    private static async Task SendThumbnailAsync(HttpContext context)
    {
        var (grant, picture) = await FindAsync(context);
        var handOuts = context.RequestServices.GetRequiredService<HandOuts>();
        await SendAsync(
            context,
            HandOuts.ThumbnailTag(picture),
            "image/jpeg",
            token => handOuts.ThumbnailAsync(grant, picture, token));
    }

    private static async Task<(ProjectGrant Grant, PictureRow Picture)> FindAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var values = context.Request.RouteValues;
        var grant = await services.GetRequiredService<ProjectAccess>()
            .RequireAsync(context, (string)values["project"]!, Role.Viewer);
        var number = (string)values["picture"]!;
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            throw ProjectProblem.Invalid("picture", $"is {ProjectProblem.Quoted(number)}; it must be a number");
        }

        var picture = await services.GetRequiredService<PictureLookup>()
            .FindAsync(grant.ProjectId, id, context.RequestAborted);
        return (grant, picture);
    }

    private static async Task SendAsync(
        HttpContext context, string name, string mediaType, Func<CancellationToken, Task<ReadOnlyMemory<byte>>> read)
    {
        var tag = new EntityTagHeaderValue($"\"{name}\"");
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false)))
        {
            // Answered without reading the file.
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            context.Response.Headers.ETag = tag.ToString();
            context.Response.Headers.CacheControl = Immutable;
            return;
        }

        var bytes = await read(context.RequestAborted);
        context.Response.Headers.CacheControl = Immutable;
        await Results
            .Bytes(bytes, mediaType, entityTag: tag, enableRangeProcessing: true)
            .ExecuteAsync(context);
    }
}
