using Microsoft.Net.Http.Headers;
using Segmentation.Gateway.Choosing;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Responses;
using Segmentation.Identity;
using Segmentation.Models;

namespace Segmentation.Gateway.ModelFiles;

/// <summary>Serves the model's files to clients that decode embeddings themselves.</summary>
internal static class ModelRoutes
{
    /// <summary>
    /// Maps <c>/v1/model</c> and <c>/v1/model/graphs/{name}</c>, of the caller's default model, and
    /// <c>/v1/models/{id}/graphs/{name}</c>.
    /// </summary>
    public static void MapModel(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/model", Describe).WithMetadata(new NeedsAttribute(Scope.Models));
        app.MapGet(
                "/v1/model/graphs/{name}",
                (ModelDirectory models, HttpContext context, string name) => Get(DefaultOf(models, context), context, name))
            .WithMetadata(new NeedsAttribute(Scope.Models));
        app.MapGet("/v1/models/{id}/graphs/{name}", GetOf).WithMetadata(new NeedsAttribute(Scope.Models));
    }

    private static ModelPackage DefaultOf(ModelDirectory models, HttpContext context) =>
        models.DefaultOf(Caller.Of(context).Tenant).Stable.Package;

    private static IResult Describe(ModelDirectory models, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Json(ModelFileList.Of(DefaultOf(models, context)));
    }

    private static IResult GetOf(ModelDirectory models, HttpContext context, string id, string name) =>
        models.Find(id) is { } model
            ? Get(model.Package, context, name)
            : new ProblemResult(models.NotFound(id));

    private static IResult Get(ModelPackage model, HttpContext context, string name)
    {
        if (!model.Manifest.Graphs.TryGetValue(name, out var graph))
        {
            var names = string.Join(", ", model.Manifest.Graphs.Keys);
            return new ProblemResult(Problem.Of(
                StatusCode.NotFound,
                "GRAPH_NOT_FOUND",
                $"Model {model.Id} has no graph {ClientText.Quote(name)}; it has {names}."));
        }

        // Named by the digest, a file never changes; without it, it does with the model.
        var isNamed = context.Request.Query["sha256"] == graph.Sha256;
        context.Response.Headers.CacheControl = isNamed ? "private, max-age=31536000, immutable" : "no-cache";
        return Results.File(
            model.PathOf(name),
            "application/octet-stream",
            entityTag: new EntityTagHeaderValue($"\"{graph.Sha256}\""),
            enableRangeProcessing: true);
    }
}

/// <summary>The answer to <c>GET /v1/model</c>.</summary>
/// <param name="Name">The model, for example <c>minisam</c>.</param>
/// <param name="Digest">SHA-256 over its graphs, as in Embedding.model_digest.</param>
/// <param name="Preprocessing">Version of the image transform before the encoder.</param>
/// <param name="Graphs">Its files.</param>
internal sealed record ModelFileList(
    string Name, string Digest, string Preprocessing, IReadOnlyList<ModelFileList.Graph> Graphs)
{
    /// <summary>Describes a model.</summary>
    public static ModelFileList Of(ModelPackage model) => new(
        model.Id,
        model.Digest,
        model.PreprocessingVersion,
        [.. model.Manifest.Graphs.Select(
            graph => new Graph(graph.Key, graph.Value.File, graph.Value.Size, graph.Value.Sha256))]);

    /// <summary>A file of the model.</summary>
    /// <param name="Name">Name in <c>/v1/model/graphs/{name}</c>.</param>
    /// <param name="File">Its file name.</param>
    /// <param name="SizeBytes">Its size.</param>
    /// <param name="Sha256">Its digest, 64 lower-case hexadecimal digits.</param>
    internal sealed record Graph(string Name, string File, long SizeBytes, string Sha256);
}
