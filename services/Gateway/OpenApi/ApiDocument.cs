using System.Text.Json.Nodes;
using Segmentation.Gateway.Identity;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.OpenApi;

/// <summary>
/// The OpenAPI 3 document of everything that is not gRPC; made of the protos, so that it cannot lag behind.
/// </summary>
internal static class ApiDocument
{
    /// <summary>Where it is.</summary>
    public const string Path = "/openapi/v1.json";

    private static readonly Lazy<byte[]> _json = new(() => TextEncoding.UTF8.GetBytes(Create().ToJsonString()));

    /// <summary>Maps the document and a page that shows it.</summary>
    public static void MapApiDocument(this WebApplication app)
    {
        app.MapGet(Path, () => Results.Bytes(_json.Value, "application/json"));
        app.UseSwaggerUI(page =>
        {
            page.RoutePrefix = "docs";
            page.DocumentTitle = "Segmentation: API";
            page.HeadContent = ApiPage.Head;
            page.SwaggerEndpoint($"..{Path}", "Segmentation");
        });
    }

    private static JsonObject Create()
    {
        var schemas = new Schemas();
        var paths = new JsonObject();
        var all = TranscodedOperations.All(schemas).Concat(OtherOperations.All(schemas));
        foreach (var (path, method, operation) in all)
        {
            if (!paths.ContainsKey(path))
            {
                paths[path] = new JsonObject();
            }

            paths[path]![method] = operation;
        }

        OtherOperations.AddForms(paths);
        return new JsonObject
        {
            ["openapi"] = "3.0.3",
            ["info"] = new JsonObject
            {
                ["title"] = "Segmentation",
                ["version"] = "v1",
                ["description"] =
                    "Point at something in a picture and get its exact mask. Messages are proto3 JSON: fields that hold "
                    + "their default (0, false, empty) are left out of answers, 64-bit integers are strings, bytes are "
                    + "base64. "
                    + $"Images belong to the tenant of the header `{Tenant.Header}`, which a proxy sets.",
            },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas.Components },
        };
    }
}
