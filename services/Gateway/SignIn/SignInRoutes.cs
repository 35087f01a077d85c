namespace Segmentation.Gateway.SignIn;

/// <summary>Maps the routes by which people sign in with the studio. They answer everybody.</summary>
internal static class SignInRoutes
{
    /// <summary>State, and signing in by a key.</summary>
    public const string Path = "/v1/sign-in";

    /// <summary>Signing out.</summary>
    public const string OutPath = "/v1/sign-out";

    /// <summary>Beginning of signing in by a provider.</summary>
    public const string OidcPath = "/v1/sign-in/oidc";

    /// <summary>Address that the provider sends the browser back to.</summary>
    public const string CallbackPath = "/v1/sign-in/oidc/callback";

    /// <summary>Maps them; those of a provider where there is one.</summary>
    public static void MapSignIn(this WebApplication app)
    {
        var routes = app.MapGroup("").AllowAnonymous().AddEndpointFilter(async (context, next) =>
        {
            context.HttpContext.Response.Headers.CacheControl = "no-store";
            return await next(context);
        });
        routes.MapGet(Path, (SignInService service, HttpContext context) => service.Describe(context));
        routes.MapPost(Path, (SignInService service, HttpContext context) => service.SignInAsync(context));
        routes.MapPost(OutPath, (SignInService service, HttpContext context) => service.SignOut(context));
        if (app.Services.GetService<OidcSignIn>() is not null)
        {
            routes.MapGet(OidcPath, (OidcSignIn service, HttpContext context) => service.BeginAsync(context));
            routes.MapGet(CallbackPath, (OidcSignIn service, HttpContext context) => service.FinishAsync(context));
        }
    }
}
