using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Segmentation.Common;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Identity;

namespace Segmentation.Gateway.Access;

/// <summary>Callers by a token (JWT) of an OpenID Connect provider.</summary>
/// <param name="options">The provider, and the claims of tenant and scopes.</param>
/// <param name="bearer">The rules for tokens. One code path checks those of headers and those of messages.</param>
/// <param name="clock">The clock for pauses between attempts to read the provider's keys.</param>
internal sealed class TokenCredentials(
    JwtOptions options, IOptionsMonitor<JwtBearerOptions> bearer, TimeProvider clock)
{
    private readonly TokenKeys _keys = new(clock);

    /// <summary>The subject of a valid token's claims, or UNAUTHENTICATED when its tenant claim is missing or wrong.</summary>
    /// <param name="claims">The claims.</param>
    /// <param name="options">The claims of tenant and scopes.</param>
    /// <param name="expires">End of the token's life.</param>
    public static Outcome<Principal> Of(ClaimsPrincipal claims, JwtOptions options, DateTimeOffset? expires)
    {
        // Of several tenants none is the caller's: the first one would be a guess.
        var tenants = claims.FindAll(options.TenantClaim).Select(claim => claim.Value).ToList();
        if (tenants is not [{ } tenant] || !TenantName.IsValid(tenant))
        {
            var found = tenants.Count == 0 ? "is missing" : $"is {ClientText.Quote(string.Join(", ", tenants))}";
            return AccessProblems.Unauthenticated(
                "TOKEN_WITHOUT_TENANT",
                $"The token's claim '{options.TenantClaim}' {found}; it must be one tenant: {TenantName.Rule}.");
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

    /// <summary>
    /// The subject of a token; UNAUTHENTICATED, which says what is wrong with the token; or UNAVAILABLE while the
    /// provider's keys cannot be read.
    /// </summary>
    public async ValueTask<Outcome<Principal>> FindAsync(string token, CancellationToken cancellationToken)
    {
        var rules = bearer.Get(JwtBearerDefaults.AuthenticationScheme);
        var parameters = rules.TokenValidationParameters.Clone();
        parameters.ConfigurationManager = (BaseConfigurationManager)rules.ConfigurationManager!;
        if (!await _keys.TryReadAsync(parameters.ConfigurationManager, cancellationToken))
        {
            // Without keys every token would be called wrong.
            return AccessProblems.TokenKeysUnavailable(TokenKeys.Pause);
        }

        Exception? failure = null;
        foreach (var handler in rules.TokenHandlers)
        {
            var result = await handler.ValidateTokenAsync(token, parameters);
            if (result.IsValid)
            {
                return Of(new ClaimsPrincipal(result.ClaimsIdentity), options, result.SecurityToken.ValidTo);
            }

            failure = result.Exception;
        }

        if (failure is SecurityTokenSignatureKeyNotFoundException)
        {
            // The provider may have begun to sign with another key: read again for the next token.
            parameters.ConfigurationManager.RequestRefresh();
        }

        return ProblemOf(failure);
    }

    private static RpcStatus ProblemOf(Exception? failure) => failure is SecurityTokenExpiredException expired
        ? AccessProblems.Unauthenticated("TOKEN_EXPIRED", $"The token expired at {expired.Expires:u}. Get a new one.")
        : AccessProblems.Unauthenticated(
            "TOKEN_INVALID", "The token is not valid here: its form, signature, issuer, audience or lifetime is wrong.");
}
