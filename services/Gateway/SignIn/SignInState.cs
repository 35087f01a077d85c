using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Identity;

namespace Segmentation.Gateway.SignIn;

/// <summary>The answer to <c>GET /v1/sign-in</c>: who is signed in, and by what one can be.</summary>
/// <param name="Required">Whether calls need a credential.</param>
/// <param name="Kinds">Ways to sign in: <c>key</c> and <c>oidc</c>.</param>
/// <param name="Provider">Name of the provider of <c>oidc</c>; null without one.</param>
/// <param name="Person">The person, or what this page is taken for without a session; null: calls are refused.</param>
/// <param name="Reason">Why calls are refused, as errors say it; null while they are not.</param>
internal sealed record SignInState(
    bool Required, IReadOnlyList<string> Kinds, string? Provider, SignInState.Caller? Person, string? Reason)
{
    /// <summary>Signing in by an API key.</summary>
    public const string KeyKind = "key";

    /// <summary>Signing in by an OpenID Connect provider.</summary>
    public const string OidcKind = "oidc";

    /// <summary>Describes a server and a caller.</summary>
    /// <param name="options">Kinds of credentials.</param>
    /// <param name="required">Whether calls need a credential.</param>
    /// <param name="found">The caller, or why there is none.</param>
    /// <param name="hasSession">Whether the caller comes from a session, which signing out would end.</param>
    public static SignInState Of(IdentityOptions options, bool required, Outcome<Principal> found, bool hasSession)
    {
        var oidc = options.Studio.Oidc;
        var hasOidc = oidc.Authority.Length > 0;
        string[] keys = options.KeysFile.Length > 0 ? [KeyKind] : [];
        return new SignInState(
            required,
            hasOidc ? [.. keys, OidcKind] : keys,
            !hasOidc ? null : oidc.Name.Length > 0 ? oidc.Name : new Uri(oidc.Authority).Host,
            found.TryGet(out var principal, out var problem)
                ? new Caller(
                    principal.Tenant, principal.Subject, Scopes.NamesOf(principal.Scopes), principal.Expires, hasSession)
                : null,
            problem is null ? null : Problem.ReasonOf(problem));
    }

    /// <summary>The person who is signed in.</summary>
    /// <param name="Tenant">Owner of all images and work.</param>
    /// <param name="Subject">Name of the key or the person.</param>
    /// <param name="Scopes">Names of the rights.</param>
    /// <param name="Expires">End of the session or credential; null: none.</param>
    /// <param name="Session">Whether there is a session, which signing out ends.</param>
    internal sealed record Caller(
        string Tenant, string Subject, IReadOnlyList<string> Scopes, DateTimeOffset? Expires, bool Session);
}
