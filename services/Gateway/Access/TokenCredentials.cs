using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;
using Segmentation.Common;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Identity;

namespace Segmentation.Gateway.Access;

/// <summary>Callers by a token (JWT) of an OpenID Connect provider.</summary>
/// <param name="options">The provider, and the claims of tenant and scopes.</param>
internal sealed class TokenCredentials(JwtOptions options)
{
    /// <summary>
    /// The subject of a request's token; UNAUTHENTICATED, which says what is wrong with the token; or UNAVAILABLE while the
    /// provider's keys cannot be read.
    /// </summary>
    public async ValueTask<Outcome<Principal>> FindAsync(HttpContext context)
    {
        var result = await context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
        return result.Succeeded ? Of(result.Principal, result.Properties.ExpiresUtc) : ProblemOf(result.Failure);
    }

    /// <summary>The subject of a valid token's claims, or UNAUTHENTICATED when its tenant claim is missing or wrong.</summary>
    /// <param name="claims">The claims.</param>
    /// <param name="expires">End of the token's life.</param>
    public Outcome<Principal> Of(ClaimsPrincipal claims, DateTimeOffset? expires)
    {
        var tenant = claims.FindFirstValue(options.TenantClaim);
        if (!TenantName.IsValid(tenant))
        {
            return AccessProblems.Unauthenticated(
                "TOKEN_WITHOUT_TENANT",
                $"The token's claim '{options.TenantClaim}' is {ClientText.Quote(tenant ?? "")}; it must be {TenantName.Rule}.");
        }

        var names = claims.FindAll(options.ScopeClaim)
            .SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var scopes = names.Aggregate(
            Scope.None, (before, name) => Scopes.TryParse([name], out var scope, out _) ? before | scope : before);
        var subject = claims.FindFirstValue("sub") ?? "unnamed";
        return new Principal
        {
            Tenant = tenant,
            Subject = subject,
            Credential = $"token:{claims.FindFirstValue("jti") ?? subject}",
            Scopes = scopes,
            Expires = expires,
        };
    }

    private static RpcStatus ProblemOf(Exception? failure) => failure switch
    {
        SecurityTokenExpiredException expired => AccessProblems.Unauthenticated(
            "TOKEN_EXPIRED", $"The token expired at {expired.Expires:u}. Get a new one."),
        null or SecurityTokenException or ArgumentException => AccessProblems.Unauthenticated(
            "TOKEN_INVALID", "The token is not valid here: its form, signature, issuer, audience or lifetime is wrong."),
        _ => Problem.TryLater(
            StatusCode.Unavailable,
            "TOKEN_KEYS_UNAVAILABLE",
            "Tokens cannot be checked now: the keys of their issuer could not be read. Try again.",
            TimeSpan.FromSeconds(5)),
    };
}
