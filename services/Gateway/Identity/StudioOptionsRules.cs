using Segmentation.Common.Configuration;

namespace Segmentation.Gateway.Identity;

/// <summary>Rules of <see cref="StudioOptions"/>.</summary>
internal static class StudioOptionsRules
{
    /// <summary>Fewest characters of a secret from which keys are derived.</summary>
    public const int MinSecretLength = 32;

    private const string Section = nameof(IdentityOptions.Studio);
    private const string Oidc = $"{Section}:{nameof(StudioOptions.Oidc)}";

    /// <summary>Checks the section.</summary>
    public static OptionChecks RequireStudio(this OptionChecks checks, StudioOptions studio)
    {
        var hasProvider = studio.Oidc.Authority.Length > 0;
        return checks
            .Range(
                $"{Section}:{nameof(studio.SessionLifetime)}",
                studio.SessionLifetime,
                StudioOptions.MinLifetime,
                StudioOptions.MaxLifetime)
            .Require(
                studio.KeyRingFile.Length == 0 || SecretOf(studio.KeyRingFile) is { Length: >= MinSecretLength },
                $"{Section}:{nameof(studio.KeyRingFile)}",
                studio.KeyRingFile,
                $"must be a file that can be read, with a secret of at least {MinSecretLength} characters, for example of "
                    + "'openssl rand -base64 48'")
            .Require(
                studio.PublicUrl.Length == 0 || IsOrigin(studio.PublicUrl),
                $"{Section}:{nameof(studio.PublicUrl)}",
                studio.PublicUrl,
                "must be an address without a path, such as https://segmentation.example")
            .Require(
                !hasProvider || IdentityOptionsValidator.IsAuthority(studio.Oidc.Authority),
                $"{Oidc}:{nameof(studio.Oidc.Authority)}",
                studio.Oidc.Authority,
                "must be an https address")
            .Require(
                !hasProvider || studio.Oidc.ClientId.Length > 0,
                $"{Oidc}:{nameof(studio.Oidc.ClientId)}",
                studio.Oidc.ClientId,
                "must be given with an authority")
            .Require(
                studio.Oidc.ClientSecretFile.Length == 0 || SecretOf(studio.Oidc.ClientSecretFile) is { Length: > 0 },
                $"{Oidc}:{nameof(studio.Oidc.ClientSecretFile)}",
                studio.Oidc.ClientSecretFile,
                "must be a file that can be read and is not empty")
            .Require(
                !hasProvider || studio.Oidc.Scope.Split(' ').Contains("openid", StringComparer.Ordinal),
                $"{Oidc}:{nameof(studio.Oidc.Scope)}",
                studio.Oidc.Scope,
                "must have the scope openid, without which there is no ID token");
    }

    /// <summary>A file's text without white space at its ends; null when it cannot be read.</summary>
    public static string? SecretOf(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && $"{uri.Scheme}://{uri.Authority}" == text.TrimEnd('/');
}
