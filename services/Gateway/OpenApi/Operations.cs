using System.Text.Json.Nodes;
using Segmentation.Gateway.ProtoJson;

namespace Segmentation.Gateway.OpenApi;

/// <summary>Parts of OpenAPI operations.</summary>
internal static class Operations
{
    /// <summary>Bytes, or text that is no JSON.</summary>
    public static JsonObject Binary => new() { ["type"] = "string", ["format"] = "binary" };

    /// <summary>An operation without parameters and answers.</summary>
    /// <param name="tag">The tag that it is listed under.</param>
    /// <param name="id">Its name, unique in the document.</param>
    /// <param name="comment">Description; the first paragraph is its summary.</param>
    public static JsonObject Create(string tag, string id, string comment) => new()
    {
        ["tags"] = new JsonArray(tag),
        ["operationId"] = id,
        ["summary"] = comment.Split("\n\n")[0].Replace('\n', ' '),
        ["description"] = comment,
    };

    /// <summary>A parameter; one in the path is required.</summary>
    public static JsonObject Parameter(string name, string place, JsonObject schema)
    {
        var description = schema["description"]?.GetValue<string>() ?? "";
        schema.Remove("description");
        if (schema["allOf"] is JsonArray { Count: 1 } referred)
        {
            // Only there to stand beside a description, which a parameter has itself.
            schema = (JsonObject)referred[0]!.DeepClone();
        }

        return new JsonObject
        {
            ["name"] = name,
            ["in"] = place,
            ["required"] = place == "path",
            ["description"] = description,
            ["schema"] = schema,
        };
    }

    /// <summary>A required body in one of several forms.</summary>
    public static JsonObject Body(params (string MediaType, JsonObject Schema)[] forms) =>
        new() { ["required"] = true, ["content"] = Content(forms) };

    /// <summary>The answer in one of several forms, or a google.rpc.Status.</summary>
    public static JsonObject Responses(
        Schemas schemas, string description, params (string MediaType, JsonObject Schema)[] forms) => new()
        {
            ["200"] = new JsonObject { ["description"] = description, ["content"] = Content(forms) },
            ["4XX"] = Error(schemas, "What was wrong, where, and what to do: google.rpc.Status with details."),
            ["5XX"] = Error(schemas, "Not the request's fault: google.rpc.Status with details."),
        };

    /// <summary>An answer that is a google.rpc.Status.</summary>
    public static JsonObject Error(Schemas schemas, string description) => new()
    {
        ["description"] = description,
        ["content"] = Content([(JsonForm.MediaType, schemas.Of(ApiProtos.Status))]),
    };

    /// <summary>Forms of a body.</summary>
    public static JsonObject Content(IEnumerable<(string MediaType, JsonObject Schema)> forms) => new(forms.Select(
        form => KeyValuePair.Create<string, JsonNode?>(form.MediaType, new JsonObject { ["schema"] = form.Schema })));
}
