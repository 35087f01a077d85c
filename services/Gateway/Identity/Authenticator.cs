using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Receiving;
using Segmentation.Identity;
using Segmentation.Identity.Keys;

namespace Segmentation.Gateway.Identity;

/// <summary>
/// Finds out who calls: by an API key or a token in <c>Authorization: Bearer</c>, an API key in <c>x-api-key</c>, or the
/// address of a trusted proxy. The tenant comes from the credential; only a caller with <see cref="Scope.Impersonate"/>
/// may name another one.
/// </summary>
internal sealed class Authenticator
{
    /// <summary>Header with an API key, for clients that cannot set <c>Authorization</c>.</summary>
    public const string KeyHeader = "x-api-key";

    private const string Bearer = "Bearer ";

    private readonly IdentityOptions _options;
    private readonly IReadOnlyList<IPNetwork> _proxies;
    private readonly ApiKeyCheck? _keys;
    private readonly Principal _anonymous;

    public Authenticator(IOptions<IdentityOptions> options, IServiceProvider services, TimeProvider clock)
    {
        _options = options.Value;
        _proxies = ConnectionOptionsValidator.Parse(_options.TrustedProxies) ?? [];
        _keys = services.GetService<IApiKeyStore>() is { } store ? new(store, clock) : null;

        // Without any identity the server is its user's own: loopback only.
        _anonymous = new Principal
        {
            Tenant = Tenant.Default,
            Subject = "anonymous",
            Credential = "none",
            Scopes = _options.AllowAnonymous ? Scopes.Usual : Scopes.All,
        };
    }

    /// <summary>The caller of a request, or UNAUTHENTICATED, which says what is missing or wrong in kind.</summary>
    public async ValueTask<Outcome<Principal>> AuthenticateAsync(HttpContext context)
    {
        var caller = await FindAsync(context);
        return caller.TryGet(out var principal, out var problem) ? WithTenant(principal, context.Request) : problem;
    }

    private static RpcStatus Unauthenticated(string reason, string message) =>
        Problem.Of(StatusCode.Unauthenticated, reason, message);

    private async ValueTask<Outcome<Principal>> FindAsync(HttpContext context)
    {
        var (authorization, key) = (context.Request.Headers.Authorization, context.Request.Headers[KeyHeader]);
        if (authorization.Count + key.Count > 1)
        {
            return Unauthenticated(
                "CREDENTIAL_AMBIGUOUS", $"The request has several credentials. Send one, in Authorization or {KeyHeader}.");
        }

        if (key is [{ } text])
        {
            return OfKey(text);
        }

        if (authorization is [{ } header])
        {
            if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            {
                return Unauthenticated(
                    "CREDENTIAL_KIND", "The Authorization header is no 'Bearer' with an API key or a token.");
            }

            var token = header[Bearer.Length..].Trim();
            return token.StartsWith(ApiKey.Prefix, StringComparison.Ordinal) || _options.Jwt.Authority.Length == 0
                ? OfKey(token)
                : await OfTokenAsync(context);
        }

        return OfNothing(context);
    }

    private Outcome<Principal> OfKey(string text)
    {
        if (_keys is null)
        {
            return Unauthenticated(
                "CREDENTIAL_KIND",
                _options.HasCredentials
                    ? "This server takes no API keys. Send a token in 'Authorization: Bearer'."
                    : "This server takes no credentials. Send none.");
        }

        return _keys.Check(text, out var record) switch
        {
            ApiKeyVerdict.Accepted => new Principal
            {
                Tenant = record!.Tenant,
                Subject = record.Name,
                Credential = $"key:{record.Id}",
                Scopes = record.Scopes,
                Expires = record.Expires,
                UnitsPerSecond = record.UnitsPerSecond,
                Burst = record.Burst,
            },
            ApiKeyVerdict.Mistyped => Unauthenticated(
                "API_KEY_MISTYPED",
                $"The API key is cut or mistyped: it has {text.Length} characters and a wrong checksum. Copy it again."),
            ApiKeyVerdict.Expired => Unauthenticated(
                "API_KEY_EXPIRED", $"The API key expired at {record!.Expires:u}. Ask for a new one."),
            ApiKeyVerdict.Revoked => Unauthenticated("API_KEY_REVOKED", "The API key was revoked. Ask for a new one."),
            ApiKeyVerdict.NoKey => Unauthenticated(
                "CREDENTIAL_KIND", $"The credential is no API key of this system, which begins with '{ApiKey.Prefix}'."),
            _ => Unauthenticated("API_KEY_UNKNOWN", "The API key is not one of this server's."),
        };
    }

    private async ValueTask<Outcome<Principal>> OfTokenAsync(HttpContext context)
    {
        var result = await context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
        if (!result.Succeeded)
        {
            return Unauthenticated(
                "TOKEN_INVALID",
                "The token is not valid here: its signature, issuer, audience or lifetime is wrong. Sign in again.");
        }

        var claims = result.Principal;
        var tenant = claims.FindFirstValue(_options.Jwt.TenantClaim);
        if (!TenantName.IsValid(tenant))
        {
            return Unauthenticated(
                "TOKEN_WITHOUT_TENANT",
                $"The token's claim '{_options.Jwt.TenantClaim}' is {ClientText.Quote(tenant)}; it must be {TenantName.Rule}.");
        }

        var names = claims.FindAll(_options.Jwt.ScopeClaim)
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
            Expires = result.Properties.ExpiresUtc,
        };
    }

    private Outcome<Principal> OfNothing(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        address = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        if (address is not null && _proxies.Any(proxy => proxy.Contains(address)))
        {
            return new Principal
            {
                Tenant = Tenant.Default,
                Subject = $"proxy {address}",
                Credential = "proxy",
                Scopes = Scopes.Usual | Scope.Impersonate,
            };
        }

        return _options.HasCredentials && !_options.AllowAnonymous
            ? Unauthenticated(
                "CREDENTIAL_MISSING",
                $"The request has no credential. Send 'Authorization: Bearer' with an API key or a token, or {KeyHeader}.")
            : _anonymous;
    }

    private static Outcome<Principal> WithTenant(Principal principal, HttpRequest request)
    {
        if (request.Headers[Tenant.Header] is not { Count: > 0 } names)
        {
            return principal;
        }

        if (names is not [{ } tenant] || !TenantName.IsValid(tenant))
        {
            return Problem.Invalid(
                $"header {Tenant.Header}", $"Must be given once, as {TenantName.Rule}.", "INVALID_TENANT");
        }

        if (tenant == principal.Tenant)
        {
            return principal;
        }

        return principal.Has(Scope.Impersonate)
            ? principal with { Tenant = tenant }
            : Problem.Of(
                StatusCode.PermissionDenied,
                "TENANT_NOT_YOURS",
                $"The header {Tenant.Header} names another tenant than the credential's. Leave it out: only callers with the "
                    + "scope 'impersonate' and trusted proxies may name one.");
    }
}
