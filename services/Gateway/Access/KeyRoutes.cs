using Microsoft.AspNetCore.Mvc;
using Segmentation.Gateway.Identity;
using Segmentation.Identity;
using Segmentation.Identity.Keys;

namespace Segmentation.Gateway.Access;

/// <summary><c>GET /v1/keys</c>: the API keys of the caller's tenant. No answer holds a key or a hash of one.</summary>
internal static class KeyRoutes
{
    /// <summary>The route.</summary>
    public const string Path = "/v1/keys";

    /// <summary>Maps the route.</summary>
    public static void MapKeys(this IEndpointRouteBuilder app) =>
        app.MapGet(Path, List).WithMetadata(new NeedsAttribute(Scope.Admin));

    private static IResult List(
        HttpContext context, [FromServices] KeyUses uses, [FromServices] IServiceProvider services)
    {
        context.Response.Headers.CacheControl = "no-store";
        var records = services.GetService<IApiKeyStore>()?.OfTenant(Caller.Of(context).Tenant) ?? [];
        return Results.Json(new KeyList(
            [.. records.OrderBy(record => record.Created).Select(record => KeyList.Key.Of(record, uses.Of(record.Id)))]));
    }
}

/// <summary>The answer to <c>GET /v1/keys</c>.</summary>
/// <param name="Keys">Keys of the tenant, oldest first.</param>
internal sealed record KeyList(IReadOnlyList<KeyList.Key> Keys)
{
    /// <summary>A key.</summary>
    /// <param name="Id">Its id, which is part of the key and no secret.</param>
    /// <param name="Name">Name of the holder.</param>
    /// <param name="Scopes">Scopes.</param>
    /// <param name="Created">Time of creation.</param>
    /// <param name="Expires">Time of expiry; null: it does not expire.</param>
    /// <param name="Revoked">Time of revocation; null: it was not revoked.</param>
    /// <param name="LastUsed">Last time that a gateway let its holder in, to the minute; null: none is known.</param>
    internal sealed record Key(
        string Id,
        string Name,
        IReadOnlyList<string> Scopes,
        DateTimeOffset Created,
        DateTimeOffset? Expires,
        DateTimeOffset? Revoked,
        DateTimeOffset? LastUsed)
    {
        /// <summary>A key by its record.</summary>
        public static Key Of(ApiKeyRecord record, DateTimeOffset? lastUsed) => new(
            record.Id,
            record.Name,
            Segmentation.Identity.Scopes.NamesOf(record.Scopes),
            record.Created,
            record.Expires,
            record.Revoked,
            lastUsed);
    }
}
