namespace Segmentation.Gateway.Identity;

/// <summary>
/// Callers that are let in: section <c>Segmentation:Identity</c>. Several kinds of credentials work side by side.
/// </summary>
internal sealed class IdentityOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Identity";

    /// <summary>
    /// File of API keys, as <c>segctl keys create</c> writes it. It is read again when it changes. Empty: no API keys.
    /// </summary>
    public string KeysFile { get; set; } = "";

    /// <summary>
    /// Lets callers without a credential in, with every right but <c>admin</c> and <c>impersonate</c>. Without it, and
    /// without any kind of credential, the server listens on loopback only.
    /// </summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>
    /// IP addresses and networks, separated by commas, of proxies that authenticate callers themselves and name the
    /// tenant in <c>x-segmentation-tenant</c>. From any other address that header is refused, and
    /// <c>X-Forwarded-For</c> is passed over.
    /// </summary>
    public string TrustedProxies { get; set; } = "";

    /// <summary>Tokens of an OpenID Connect provider.</summary>
    public JwtOptions Jwt { get; set; } = new();

    /// <summary>Certificates of clients.</summary>
    public ClientCertificateOptions ClientCertificates { get; set; } = new();

    /// <summary>Sign-in of people in the studio.</summary>
    public StudioOptions Studio { get; set; } = new();

    /// <summary>True when any kind of credential is known here.</summary>
    public bool HasIdentity =>
        KeysFile.Length > 0 || Jwt.Authority.Length > 0 || TrustedProxies.Length > 0 || ClientCertificates.Enabled
        || Studio.Oidc.Authority.Length > 0;

    /// <summary>True when people can sign in with the studio.</summary>
    public bool HasSessions => KeysFile.Length > 0 || Studio.Oidc.Authority.Length > 0;
}

/// <summary>Tokens (JWT) of an OpenID Connect provider: section <c>Segmentation:Identity:Jwt</c>.</summary>
internal sealed class JwtOptions
{
    /// <summary>
    /// The provider's address, for example <c>https://login.example/realms/acme</c>. Empty: no tokens.
    /// </summary>
    public string Authority { get; set; } = "";

    /// <summary>Audience that tokens must have.</summary>
    public string Audience { get; set; } = "";

    /// <summary>Claim whose value is the tenant.</summary>
    public string TenantClaim { get; set; } = "tenant";

    /// <summary>
    /// Claim with the scopes, names separated by spaces or one a value. Names that are none of ours are passed over.
    /// </summary>
    public string ScopeClaim { get; set; } = "scope";
}

/// <summary>
/// Certificates of clients, of authorities that <c>Segmentation:Endpoints:Tls:ClientAuthoritiesFile</c> names: section
/// <c>Segmentation:Identity:ClientCertificates</c>. The subject's common name (CN) is the caller's name.
/// </summary>
internal sealed class ClientCertificateOptions
{
    /// <summary>Takes certificates as credentials.</summary>
    public bool Enabled { get; set; }

    /// <summary>Part of the subject that is the tenant: <c>O</c> or <c>OU</c>.</summary>
    public string TenantField { get; set; } = "O";

    /// <summary>
    /// Scopes of every certificate, separated by commas. Default: all but <c>admin</c> and <c>impersonate</c>.
    /// </summary>
    public string Scopes { get; set; } =
        string.Join(',', Segmentation.Identity.Scopes.NamesOf(Segmentation.Identity.Scopes.Usual));

    /// <summary>
    /// Common names, separated by commas, of proxies that authenticate callers themselves and name the tenant in
    /// <c>x-segmentation-tenant</c>. Their certificates need no tenant.
    /// </summary>
    public string Proxies { get; set; } = "";
}
