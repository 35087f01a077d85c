namespace Segmentation.Security.Tests;

/// <summary>Headers that a caller sends to say who calls, and the refusal that they must get everywhere.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Http">Status of the refusal over HTTP.</param>
/// <param name="Grpc">Status of the refusal over gRPC.</param>
/// <param name="Reason">Its reason.</param>
internal sealed record Credential(
    string Name, IReadOnlyList<(string Name, string Value)> Headers, int Http, int Grpc, string Reason)
{
    /// <summary>Credentials that no endpoint but the open ones accepts.</summary>
    public static IEnumerable<Credential> Wrong(TenantKeys keys) =>
    [
        Unknown("nothing", "CREDENTIAL_MISSING"),
        Unknown("garbage", "CREDENTIAL_KIND", ("authorization", "Bearer garbage")),
        Unknown("another scheme", "CREDENTIAL_KIND", ("authorization", "Basic YTpi")),
        Unknown("a token of nobody", "CREDENTIAL_KIND", ("authorization", "Bearer eyJhbGciOiJub25lIn0.e30.")),
        Unknown("a mistyped key", "API_KEY_MISTYPED", ("x-api-key", Mistyped(keys.OfAnna))),
        Unknown("a cut key", "API_KEY_MISTYPED", ("x-api-key", keys.OfAnna[..^1])),
        Unknown("a key of nobody", "API_KEY_UNKNOWN", ("authorization", $"Bearer {keys.Unknown}")),
        Unknown("a known id with a wrong secret", "API_KEY_UNKNOWN", ("x-api-key", keys.WrongSecret)),
        Unknown("an expired key", "API_KEY_EXPIRED", ("x-api-key", keys.Expired)),
        Unknown("a revoked key", "API_KEY_REVOKED", ("authorization", $"Bearer {keys.Revoked}")),
        Unknown(
            "two keys", "CREDENTIAL_AMBIGUOUS", ("x-api-key", keys.OfAnna), ("authorization", $"Bearer {keys.OfAnna}")),
        new(
            "another tenant's name",
            [("x-api-key", keys.OfAnna), ("x-segmentation-tenant", TenantKeys.Bert)], 403, 7, "TENANT_NOT_YOURS"),
        new(
            "a name that is none",
            [("x-api-key", keys.OfAnna), ("x-segmentation-tenant", "../bert")], 400, 3, "INVALID_TENANT"),
    ];

    /// <summary>A key that lacks a scope.</summary>
    public static Credential WithoutScope(string name, string key) =>
        new(name, [("x-api-key", key)], 403, 7, "SCOPE_MISSING");

    private static Credential Unknown(string name, string reason, params (string, string)[] headers) =>
        new(name, headers, 401, 16, reason);

    private static string Mistyped(string key) => $"{key[..20]}{(key[20] == 'a' ? 'b' : 'a')}{key[21..]}";
}
