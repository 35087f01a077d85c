using System.Text.Json.Nodes;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.ProtoJson;

namespace Segmentation.Gateway.OpenApi;

/// <summary>Operations of projects on which files travel.</summary>
internal static class ProjectFileOperations
{
    private const string Bytes = "application/octet-stream";
    private const string Pictures = "PictureService";
    private const string Transfers = "TransferService";
    private const string Offset = "Upload-Offset";

    /// <summary>All of them: path, method in lower case, operation.</summary>
    public static IEnumerable<(string Path, string Method, JsonObject Operation)> All(Schemas schemas) =>
    [
        (ProjectFileRoutes.AddPicture, "post", AddPicture(schemas)),
        (ProjectFileRoutes.Picture, "get", File(
            schemas, Pictures, "GetPictureFile", "The picture's file as it was added. Takes ranges.", "picture", "image/*")),
        (ProjectFileRoutes.Picture, "head", Head(schemas, Pictures, "LookAtPictureFile", "picture")),
        (ProjectFileRoutes.Thumbnail, "get", File(
            schemas, Pictures, "GetThumbnail", "A small copy of the picture, made once.", "picture", "image/jpeg")),
        (ProjectFileRoutes.Thumbnail, "head", Head(schemas, Pictures, "LookAtThumbnail", "picture")),
        (ProjectFileRoutes.Uploads, "post", BeginUpload(schemas)),
        (ProjectFileRoutes.Upload, "patch", ContinueUpload(schemas)),
        (ProjectFileRoutes.Upload, "head", LookAtUpload(schemas)),
        (ProjectFileRoutes.Upload, "delete", DeleteUpload(schemas)),
        (ProjectFileRoutes.Result, "get", File(
            schemas, Transfers, "GetTransferFile", "Result of an export or of a backup. Takes ranges.", "transfer", Bytes)),
        (ProjectFileRoutes.Result, "head", Head(schemas, Transfers, "LookAtTransferFile", "transfer")),
    ];

    private static JsonObject AddPicture(Schemas schemas)
    {
        var operation = Operations.Create(
            Pictures, "AddPictureFile", "Adds a picture: the file is the body. A file that is there already is not added again.");
        operation["parameters"] = new JsonArray(
            InPath("project", "Id of the project."),
            Operations.Parameter("name", "query", Text("Name of the picture, which may have folders.")));
        operation["requestBody"] = Operations.Body(("image/*", Operations.Binary), (Bytes, Operations.Binary));
        operation["responses"] = Operations.Responses(
            schemas,
            "It is there.",
            (JsonForm.MediaType, schemas.Of(ApiProtos.Message("segmentation.projects.v1.Picture"))));
        return operation;
    }

    private static JsonObject BeginUpload(Schemas schemas)
    {
        var operation = Operations.Create(
            Transfers,
            "BeginUpload",
            "Begins an upload for an import, or under the project id `restore` for RestoreProject. Its bytes come with PATCH.");
        operation["parameters"] = new JsonArray(InPath("project", "Id of the project, or `restore`."));
        operation["requestBody"] = Operations.Body((JsonForm.MediaType, new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["id"] = Text("UUID of the upload, made by the client: sent twice, it is one. Default: one of the server."),
                ["name"] = Text("Name of the file."),
                ["sizeBytes"] = Number("Size of the file in bytes."),
            },
        }));
        operation["responses"] = Operations.Responses(schemas, "It has begun.", (JsonForm.MediaType, new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["id"] = Text("Id of the upload."),
                ["receivedBytes"] = Number("Bytes that have arrived."),
                ["sizeBytes"] = Number("Size of the file in bytes."),
                ["expireTime"] = Text("Time at which the upload is deleted."),
            },
        }));
        return operation;
    }

    private static JsonObject ContinueUpload(Schemas schemas)
    {
        var operation = Operations.Create(
            Transfers,
            "ContinueUpload",
            "Appends to an upload, which may have been cut off: HEAD tells how much has arrived.");
        operation["parameters"] = new JsonArray(
            InPath("project", "Id of the project, or `restore`."),
            InPath("upload", "Id of the upload."),
            Operations.Parameter(Offset, "header", Text("Bytes that have arrived before these.")));
        operation["requestBody"] = Operations.Body((Bytes, Operations.Binary));
        operation["responses"] = Nothing(schemas, "The bytes are there; the header Upload-Offset tells how many there are.");
        return operation;
    }

    private static JsonObject LookAtUpload(Schemas schemas)
    {
        var operation = Operations.Create(
            Transfers, "GetUpload", "Tells in the header Upload-Offset how many bytes of an upload have arrived.");
        operation["parameters"] = new JsonArray(
            InPath("project", "Id of the project, or `restore`."), InPath("upload", "Id of the upload."));
        operation["responses"] = Nothing(schemas, "The upload is there.");
        return operation;
    }

    private static JsonObject File(
        Schemas schemas, string tag, string id, string comment, string of, string mediaType)
    {
        var operation = Operations.Create(tag, id, comment);
        operation["parameters"] = new JsonArray(InPath("project", "Id of the project."), InPath(of, $"Id of the {of}."));
        operation["responses"] = Operations.Responses(schemas, "The file.", (mediaType, Operations.Binary));
        return operation;
    }

    private static JsonObject Head(Schemas schemas, string tag, string id, string of)
    {
        var operation = Operations.Create(tag, id, "The headers that GET answers with.");
        operation["parameters"] = new JsonArray(InPath("project", "Id of the project."), InPath(of, $"Id of the {of}."));
        operation["responses"] = Nothing(schemas, "The file is there.");
        return operation;
    }

    private static JsonObject DeleteUpload(Schemas schemas)
    {
        var operation = Operations.Create(Transfers, "DeleteUpload", "Deletes an upload that nothing needs any more.");
        operation["parameters"] = new JsonArray(
            InPath("project", "Id of the project, or `restore`."), InPath("upload", "Id of the upload."));
        operation["responses"] = Nothing(schemas, "There is no such upload any more.");
        return operation;
    }

    private static JsonObject Nothing(Schemas schemas, string description)
    {
        var responses = Operations.Responses(schemas, description);
        responses.Remove("200");
        responses["2XX"] = new JsonObject { ["description"] = description };
        return responses;
    }

    private static JsonObject InPath(string name, string description) =>
        Operations.Parameter(name, "path", Text(description));

    private static JsonObject Number(string description) => new()
    {
        ["type"] = "integer", ["format"] = "int64", ["description"] = description,
    };

    private static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };
}
