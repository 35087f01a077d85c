using System.Text.Json.Nodes;
using Segmentation.Gateway.Access;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.OpenApi;

/// <summary>
/// The OpenAPI 3 document of everything that is not gRPC; made of the protos, so that it cannot lag behind.
/// </summary>
internal static class ApiDocument
{
    /// <summary>The route.</summary>
    public const string Path = "/openapi/v1.json";

    private const string Docs = "docs";
    private const string BearerScheme = "bearer";
    private const string KeyScheme = "key";

    private static readonly Lazy<byte[]> _json = new(() => TextEncoding.UTF8.GetBytes(Create().ToJsonString()));

    /// <summary>Maps the document and a page that shows it.</summary>
    public static void MapApiDocument(this WebApplication app)
    {
        app.MapGet(Path, () => Results.Bytes(_json.Value, "application/json"))
            .AllowAnonymous();
        app.UseWhen(context => context.Request.Path.StartsWithSegments($"/{Docs}"), branch => branch.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = ApiPagePolicy.Value;
            return next(context);
        }));
        app.UseSwaggerUI(page =>
        {
            page.RoutePrefix = Docs;
            page.DocumentTitle = "Segmentation: API";
            page.HeadContent = ApiPage.Head;
            page.SwaggerEndpoint($"..{Path}", "Segmentation");
        });
    }

    private static JsonObject Create()
    {
        var schemas = new Schemas();
        var paths = new JsonObject();
        var all = TranscodedOperations.All(schemas)
            .Concat(NonProtoOperations.All(schemas))
            .Concat(ProjectFileOperations.All(schemas))
            .Concat(SignInOperations.All(schemas));
        foreach (var (path, method, operation) in all)
        {
            if (!paths.ContainsKey(path))
            {
                paths[path] = new JsonObject();
            }

            paths[path]![method] = operation;
        }

        NonProtoOperations.AddForms(paths);
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
                    + "base64.",
                ["license"] = new JsonObject
                {
                    ["name"] = "Apache-2.0", ["url"] = "https://www.apache.org/licenses/LICENSE-2.0",
                },
            },
            ["servers"] = new JsonArray(
                new JsonObject { ["url"] = "/", ["description"] = "The server that this document comes from." }),
            ["security"] = new JsonArray(
                new JsonObject { [BearerScheme] = new JsonArray() },
                new JsonObject { [KeyScheme] = new JsonArray() },
                new JsonObject()),
            ["tags"] = new JsonArray(
                Tag(NonProtoOperations.Images, "Images and their embeddings."),
                Tag(NonProtoOperations.Segmentation, "Prompts in, masks out."),
                Tag(NonProtoOperations.Usage, "What a tenant has used and may use."),
                Tag(NonProtoOperations.Model, "The models, and their files for decoding elsewhere."),
                Tag("ProjectService", "Projects, their labels and their members."),
                Tag("PictureService", "Pictures of a project, their files, leases and sources."),
                Tag("AnnotationService", "Annotations of a picture: operations, history, changes as they happen."),
                Tag("JobService", "Parts of the work on a project."),
                Tag("RunService", "Masks made by a model for many pictures, in the background."),
                Tag("ReviewService", "Verdicts, issues, audits, agreement and figures."),
                Tag("TransferService", "Imports, exports and backups."),
                Tag(NonProtoOperations.Server, "What the server tells of itself."),
                Tag(SignInOperations.Tag, "Sessions of people in front of pages of this server.")),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas.Components,
                ["securitySchemes"] = new JsonObject
                {
                    [BearerScheme] = new JsonObject
                    {
                        ["type"] = "http",
                        ["scheme"] = "bearer",
                        ["description"] = "An API key, or a token of the server's OpenID Connect provider.",
                    },
                    [KeyScheme] = new JsonObject
                    {
                        ["type"] = "apiKey",
                        ["in"] = "header",
                        ["name"] = Authenticator.KeyHeader,
                        ["description"] = "An API key, for clients that cannot set Authorization.",
                    },
                },
            },
        };
    }

    private static JsonObject Tag(string name, string description) =>
        new() { ["name"] = name, ["description"] = description };
}
