namespace Segmentation.Gateway.Identity;

/// <summary>
/// Sign-in of people in the studio: section <c>Segmentation:Identity:Studio</c>. It is there where API keys or
/// <see cref="Oidc"/> are.
/// </summary>
internal sealed class StudioOptions
{
    /// <summary>Shortest <see cref="SessionLifetime"/>.</summary>
    public static readonly TimeSpan MinLifetime = TimeSpan.FromSeconds(1);

    /// <summary>Longest <see cref="SessionLifetime"/>.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(30);

    /// <summary>Time after which a person has to sign in again. A session of a key also ends with the key.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>
    /// File with a secret of at least 32 characters, from which the keys are derived that protect session cookies. All
    /// gateways behind one address have the same. Empty: the keys are random and end with the process.
    /// </summary>
    public string KeyRingFile { get; set; } = "";

    /// <summary>
    /// Address under which browsers reach the studio, for example <c>https://segmentation.example</c>, where a proxy ends
    /// TLS. Empty: as requests name it.
    /// </summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>Sign-in by an OpenID Connect provider.</summary>
    public OidcOptions Oidc { get; set; } = new();
}

/// <summary>
/// Sign-in by an OpenID Connect provider (code flow with PKCE): section <c>Segmentation:Identity:Studio:Oidc</c>. Tenant and
/// scopes come from the claims of the ID token that <see cref="JwtOptions.TenantClaim"/> and
/// <see cref="JwtOptions.ScopeClaim"/> name.
/// </summary>
internal sealed class OidcOptions
{
    /// <summary>The provider's address, for example <c>https://login.example/realms/acme</c>. Empty: none.</summary>
    public string Authority { get; set; } = "";

    /// <summary>Id of this server at the provider.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>File with this server's secret at the provider. Empty: a public client, which PKCE alone protects.</summary>
    public string ClientSecretFile { get; set; } = "";

    /// <summary>Scopes to ask the provider for, separated by spaces.</summary>
    public string Scope { get; set; } = "openid profile";

    /// <summary>Name of the provider on the studio's button. Empty: the host of <see cref="Authority"/>.</summary>
    public string Name { get; set; } = "";
}
