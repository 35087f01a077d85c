using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Segmentation.Common;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Identity;
using Segmentation.Identity.Keys;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Access;

/// <summary>
/// Finds out who calls: by an API key or a token in <c>Authorization: Bearer</c> or in a WebSocket's subprotocol, an
/// API key in <c>x-api-key</c>, the cookie of a person who signed in with the studio, the connection's certificate, the
/// address of a trusted proxy, or a connection within this process. The tenant comes from the credential; only a caller with <see
/// cref="Scope.Impersonate"/> may name another one.
/// </summary>
internal sealed class Authenticator
{
    /// <summary>Header with an API key, for clients that cannot set <c>Authorization</c>.</summary>
    public const string KeyHeader = "x-api-key";

    private const string Bearer = "Bearer ";

    private readonly IdentityOptions _options;
    private readonly RemoteAddress _addresses;
    private readonly KeyCredentials? _keys;
    private readonly TokenCredentials? _tokens;
    private readonly CertificateCredentials? _certificates;
    private readonly SessionCredentials? _sessions;
    private readonly Principal _anonymous;

    public Authenticator(
        IOptions<IdentityOptions> options,
        IOptions<EndpointOptions> endpoints,
        RemoteAddress addresses,
        KeyUses uses,
        IServiceProvider services,
        TimeProvider clock)
    {
        (_options, _addresses) = (options.Value, addresses);
        _keys = services.GetService<IApiKeyStore>() is { } store ? new(store, uses, clock) : null;
        _tokens = _options.Jwt.Authority.Length > 0
            ? new(_options.Jwt, services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>(), clock)
            : null;
        _certificates = _options.ClientCertificates.Enabled ? new(_options.ClientCertificates) : null;
        _sessions = _options.HasSessions ? new(services.GetRequiredService<SessionCookie>(), _keys, clock) : null;

        // A server without identity that is reached from its own machine only is its user's own.
        var isOwn = !_options.HasIdentity && IdentityOptionsValidator.IsLocal(endpoints.Value);
        _anonymous = new Principal
        {
            Tenant = Tenant.Default,
            Subject = "anonymous",
            Credential = "none",
            Scopes = isOwn ? Scopes.All : Scopes.Usual,
        };
    }

    /// <summary>True when requests without a credential are let in.</summary>
    public bool AllowsAnonymous => !_options.HasIdentity || _options.AllowAnonymous;

    /// <summary>Tells whether a request brings a credential that its caller may have got wrong.</summary>
    public static bool BringsCredential(HttpContext context) =>
        context.Request.Headers.Authorization.Count > 0
        || context.Request.Headers.ContainsKey(KeyHeader)
        || SocketProtocols.CredentialsOf(context).Count > 0
        || DoorCredential.Of(context) is not null;

    /// <summary>
    /// The holder of a credential, an API key or a token, that came in a message; or UNAUTHENTICATED, which says what
    /// is wrong in kind.
    /// </summary>
    public ValueTask<Outcome<Principal>> AuthenticateAsync(string credential, CancellationToken cancellationToken) =>
        _tokens is null || credential.StartsWith(ApiKey.Prefix, StringComparison.Ordinal)
            ? ValueTask.FromResult(OfKey(credential))
            : _tokens.FindAsync(credential, cancellationToken);

    /// <summary>The caller of a request, or UNAUTHENTICATED, which says what is missing or wrong in kind.</summary>
    public async ValueTask<Outcome<Principal>> AuthenticateAsync(HttpContext context)
    {
        var caller = await FindAsync(context);
        return caller.TryGet(out var principal, out var problem) ? WithTenant(principal, context.Request) : problem;
    }

    /// <summary>
    /// The caller by session or connection, whatever the request's headers say: the person in front of a page of this
    /// server. UNAUTHENTICATED while nobody is signed in.
    /// </summary>
    public Outcome<Principal> OfPage(HttpContext context) =>
        FindWithoutHeader(context).TryGet(out var principal, out var problem) ? WithTenant(principal, context.Request) : problem;

    /// <summary>The holder of an API key, or UNAUTHENTICATED, which says what is wrong with the text.</summary>
    public Outcome<Principal> OfKey(string text) => _keys?.Find(text) ?? AccessProblems.Unauthenticated(
        "CREDENTIAL_KIND",
        _options.HasIdentity
            ? "This server takes no API keys. Send another kind of credential."
            : "This server takes no credentials. Send none.");

    private static RpcStatus Ambiguous() => AccessProblems.Unauthenticated(
        "CREDENTIAL_AMBIGUOUS", $"The request has several credentials. Send one, in Authorization or {KeyHeader}.");

    private static Outcome<Principal> WithTenant(Principal principal, HttpRequest request)
    {
        if (request.Headers[Tenant.Header] is not { Count: > 0 } names)
        {
            return principal.Tenant.Length > 0
                ? principal
                : AccessProblems.Unauthenticated(
                    "TENANT_MISSING",
                    $"The request comes from a trusted proxy, which names no tenant in {Tenant.Header}: it knows no caller.");
        }

        // The audit log names whoever asks for a tenant that is not theirs.
        request.HttpContext.Features.Set(principal);
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

    private async ValueTask<Outcome<Principal>> FindAsync(HttpContext context)
    {
        var (authorization, key) = (context.Request.Headers.Authorization, context.Request.Headers[KeyHeader]);
        var protocols = SocketProtocols.CredentialsOf(context);
        if (DoorCredential.Of(context, out var isAuthorization) is { } brought)
        {
            return key.Count + protocols.Count + (isAuthorization ? 0 : authorization.Count) > 0
                ? Ambiguous()
                : await AuthenticateAsync(brought, context.RequestAborted);
        }

        if (authorization.Count + key.Count + protocols.Count > 1)
        {
            return Ambiguous();
        }

        if (key is [{ } text])
        {
            return OfKey(text);
        }

        if (protocols is [{ } encoded])
        {
            return SocketProtocols.Decode(encoded) is { } credential
                ? await AuthenticateAsync(credential, context.RequestAborted)
                : AccessProblems.Unauthenticated(
                    "CREDENTIAL_KIND",
                    $"The subprotocol '{SocketProtocols.Bearer}' carries no base64url of an API key or a token.");
        }

        if (authorization is not [{ } header])
        {
            return FindWithoutHeader(context);
        }

        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return AccessProblems.Unauthenticated(
                "CREDENTIAL_KIND", "The Authorization header is no 'Bearer' with an API key or a token.");
        }

        return await AuthenticateAsync(header[Bearer.Length..].Trim(), context.RequestAborted);
    }

    private Outcome<Principal> FindWithoutHeader(HttpContext context) => _sessions?.Find(context) ?? OfConnection(context);

    private Outcome<Principal> OfConnection(HttpContext context)
    {
        if (InProcessPort.Has(context))
        {
            return new Principal
            {
                Tenant = "",
                Subject = "projects",
                Credential = "process",
                Scopes = Scopes.Usual | Scope.Impersonate,
            };
        }

        if (_certificates is not null && context.Connection.ClientCertificate is { } certificate)
        {
            return _certificates.Find(certificate);
        }

        if (_addresses.IsTrustedProxy(context))
        {
            return new Principal
            {
                Tenant = "",
                Subject = $"proxy {context.Connection.RemoteIpAddress}",
                Credential = "proxy",
                Scopes = Scopes.Usual | Scope.Impersonate,
            };
        }

        return AllowsAnonymous
            ? _anonymous
            : AccessProblems.Unauthenticated(
                AccessProblems.CredentialMissing,
                $"The request has no credential. Send 'Authorization: Bearer' with an API key or a token, or {KeyHeader}.");
    }
}
