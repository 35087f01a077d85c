namespace Segmentation.Gateway.Identity;

/// <summary>Who may call: section <c>Segmentation:Identity</c>. Several kinds of credentials work side by side.</summary>
internal sealed class IdentityOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Identity";

    /// <summary>
    /// File of API keys, as <c>segctl keys create</c> writes it. It is read again when it changes. Empty: no API keys.
    /// </summary>
    public string KeysFile { get; set; } = "";

    /// <summary>
    /// Lets callers without a credential in, with every right but that of naming another tenant. Without it, and without
    /// any kind of credential, the server listens on loopback only.
    /// </summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>
    /// IP addresses and networks, separated by commas, of proxies that authenticate callers themselves and name the
    /// tenant in <c>x-segmentation-tenant</c>. From any other address that header is refused.
    /// </summary>
    public string TrustedProxies { get; set; } = "";

    /// <summary>Tokens of an OpenID Connect provider.</summary>
    public JwtOptions Jwt { get; set; } = new();

    /// <summary>Whether any kind of credential is known here.</summary>
    public bool HasCredentials => KeysFile.Length > 0 || Jwt.Authority.Length > 0;
}

/// <summary>Tokens (JWT) of an OpenID Connect provider: section <c>Segmentation:Identity:Jwt</c>.</summary>
internal sealed class JwtOptions
{
    /// <summary>The provider's address, for example <c>https://login.example/realms/acme</c>. Empty: no tokens.</summary>
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
