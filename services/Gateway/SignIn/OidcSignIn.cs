using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Web;

namespace Segmentation.Gateway.SignIn;

/// <summary>
/// Signs people in by an OpenID Connect provider: authorization code flow with PKCE. It runs in a window of its own, so
/// that the page keeps what it has; the window ends at <see cref="DonePage"/>, which tells the page and closes.
/// </summary>
internal sealed partial class OidcSignIn(
    IOptions<IdentityOptions> options,
    SessionCookie cookie,
    OwnPages pages,
    RemoteAddress addresses,
    AuditLog audit,
    ILogger<OidcSignIn> logger,
    TimeProvider clock)
{
    /// <summary>Name of the authentication scheme.</summary>
    public const string Scheme = "studio-oidc";

    /// <summary>Page of the studio that ends the window; the reason of a failure is behind <c>#</c>.</summary>
    public const string DonePage = "/signed-in.html";

    private const string Denied = "OIDC_DENIED";
    private const string Failed = "OIDC_FAILED";
    private const string Unreachable = "OIDC_UNREACHABLE";

    /// <summary>Sends the browser to the provider.</summary>
    public async Task<IResult> BeginAsync(HttpContext context)
    {
        pages.Restore(context.Request);
        try
        {
            await context.ChallengeAsync(Scheme, new AuthenticationProperties { RedirectUri = DonePage });
            return Results.Empty;
        }
        catch (Exception error) when (error is InvalidOperationException or IOException or HttpRequestException)
        {
            return Fail(context, Unreachable, error.GetBaseException().Message);
        }
    }

    /// <summary>Takes the provider's answer, and exchanges its code for who signed in.</summary>
    public async Task<IResult> FinishAsync(HttpContext context)
    {
        if (context.Request.Query["error"] is { Count: > 0 } error)
        {
            var words = ClientText.Quote(error.ToString());
            return Fail(context, error == "access_denied" ? Denied : Failed, $"the provider says {words}");
        }

        pages.Restore(context.Request);
        var handlers = context.RequestServices.GetRequiredService<IAuthenticationHandlerProvider>();
        var handler = (IAuthenticationRequestHandler?)await handlers.GetHandlerAsync(context, Scheme);
        try
        {
            return await handler!.HandleRequestAsync()
                ? Results.Empty
                : Fail(context, Failed, "the answer has another form");
        }
        catch (AuthenticationFailureException failure)
        {
            return Fail(context, Failed, failure.GetBaseException().Message);
        }
    }

    /// <summary>Makes a session of who the provider says has signed in.</summary>
    public static Task Received(TicketReceivedContext context)
    {
        var service = context.HttpContext.RequestServices.GetRequiredService<OidcSignIn>();
        service.SignIn(context);
        context.HandleResponse();
        return Task.CompletedTask;
    }

    [LoggerMessage(1, LogLevel.Warning, "Signing in by the provider failed ({reason}): {why}")]
    private static partial void NotSignedIn(ILogger logger, string reason, string why);

    private void SignIn(TicketReceivedContext received)
    {
        var context = received.HttpContext;
        var ends = clock.GetUtcNow() + options.Value.Studio.SessionLifetime;
        if (!TokenCredentials.Of(received.Principal!, options.Value.Jwt, ends).TryGet(out var principal, out var problem))
        {
            audit.Write(addresses.Of(context), AuditLog.SignIn, SignInState.OidcKind, problem);
            context.Response.Redirect($"{DonePage}#{Problem.ReasonOf(problem)}");
            return;
        }

        cookie.Write(context, new SessionTicket { Expires = ends, Principal = principal });
        audit.Write(
            new Caller(principal, context.Connection.Id, addresses.Of(context)), AuditLog.SignIn, SignInState.OidcKind);
        context.Response.Redirect(DonePage);
    }

    private IResult Fail(HttpContext context, string reason, string why)
    {
        NotSignedIn(logger, reason, ClientText.Clean(why));
        audit.Write(
            addresses.Of(context),
            AuditLog.SignIn,
            SignInState.OidcKind,
            Problem.Of(StatusCode.Unauthenticated, reason, "The provider vouched for nobody."));
        return Results.Redirect($"{DonePage}#{reason}");
    }
}
