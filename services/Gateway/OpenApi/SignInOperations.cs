using System.Text.Json.Nodes;
using Segmentation.Gateway.ProtoJson;
using Segmentation.Gateway.SignIn;

namespace Segmentation.Gateway.OpenApi;

/// <summary>Operations by which people sign in with a page of this server.</summary>
internal static class SignInOperations
{
    /// <summary>Tag of them.</summary>
    public const string Tag = "Sign-in";

    /// <summary>All of them: path, method in lower case, operation.</summary>
    public static IEnumerable<(string Path, string Method, JsonObject Operation)> All(Schemas schemas) =>
    [
        (SignInRoutes.Path, "get", Create(
            schemas, "GetSignIn", "Who is signed in with this browser, and by what one can be.")),
        (SignInRoutes.Path, "post", SignIn(schemas)),
        (SignInRoutes.OutPath, "post", Create(
            schemas, "SignOut", "Ends the session of this browser. Only pages of this server can ask for it.")),
    ];

    private static JsonObject SignIn(Schemas schemas)
    {
        var operation = Create(
            schemas,
            "SignIn",
            "Exchanges an API key for a session: a cookie that scripts cannot read. For pages of this server; programs "
                + "send the key with each call.");
        var key = new JsonObject { ["type"] = "string", ["description"] = "An API key." };
        operation["requestBody"] = Operations.Body((JsonForm.MediaType, Object(("key", key))));
        return operation;
    }

    private static JsonObject Create(Schemas schemas, string id, string comment)
    {
        var operation = Operations.Create(Tag, id, comment);
        operation["responses"] = Operations.Responses(schemas, "Who is signed in now.", (JsonForm.MediaType, State()));
        return operation;
    }

    private static JsonObject State() => Object(
        ("required", Typed("boolean", "Whether calls need a credential.")),
        ("kinds", Names("Ways to sign in: `key`, an API key; `oidc`, the provider, at `/v1/sign-in/oidc`.")),
        ("provider", Typed("string", "Name of the provider.")),
        ("person", Object(
            ("tenant", Typed("string", "Owner of all images and work.")),
            ("subject", Typed("string", "Name of the key or the person.")),
            ("scopes", Names("Names of the rights.")),
            ("expires", Typed("string", "End of the session or credential, RFC 3339.")),
            ("session", Typed("boolean", "Whether there is a session, which signing out ends.")))),
        ("reason", Typed("string", "Why calls are refused, as errors name it: `CREDENTIAL_MISSING`.")));

    private static JsonObject Names(string description)
    {
        var list = Typed("array", description);
        list["items"] = new JsonObject { ["type"] = "string" };
        return list;
    }

    private static JsonObject Typed(string type, string description) =>
        new() { ["type"] = type, ["description"] = description };

    private static JsonObject Object(params (string Name, JsonObject Schema)[] properties) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(properties.Select(
            property => KeyValuePair.Create<string, JsonNode?>(property.Name, property.Schema))),
    };
}
