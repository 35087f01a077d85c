using System.Reflection;
using Segmentation.Gateway.Identity;
using Segmentation.Identity;

namespace Segmentation.Gateway.Rest;

/// <summary>
/// The answer to <c>GET /v1/about</c>: which program answers, and whom it takes the caller for. Strangers are not told
/// the version.
/// </summary>
/// <param name="Version">Version of the server, with the commit that it was built from where the build knew it.</param>
/// <param name="Started">Time at which this process started, UTC.</param>
/// <param name="Time">Time of the server's clock, UTC.</param>
/// <param name="Tenant">The caller's tenant.</param>
/// <param name="Subject">Name of the caller: of a key or a token, or <c>anonymous</c>.</param>
/// <param name="Scopes">Names of the caller's rights.</param>
/// <param name="Expires">Time at which the credential ends; null: it does not.</param>
internal sealed record AboutServer(
    string Version,
    DateTimeOffset Started,
    DateTimeOffset Time,
    string Tenant,
    string Subject,
    IReadOnlyList<string> Scopes,
    DateTimeOffset? Expires)
{
    /// <summary>The route.</summary>
    public const string Path = "/v1/about";

    private static readonly string _version = typeof(AboutServer).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Maps the route, for any caller with a credential.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        var started = app.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow();
        app.MapGet(Path, (HttpContext context, TimeProvider clock) => Of(context, started, clock))
            .WithMetadata(new NeedsAttribute(Scope.None));
    }

    private static IResult Of(HttpContext context, DateTimeOffset started, TimeProvider clock)
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = Caller.Of(context).Principal;
        return Results.Json(new AboutServer(
            _version,
            started,
            clock.GetUtcNow(),
            caller.Tenant,
            caller.Subject,
            Segmentation.Identity.Scopes.NamesOf(caller.Scopes),
            caller.Expires));
    }
}
