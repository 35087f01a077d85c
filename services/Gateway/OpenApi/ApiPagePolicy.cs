using System.Security.Cryptography;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.OpenApi;

/// <summary>
/// The content security policy of <c>/docs</c>: Swagger UI's files, and the two additions of <see cref="ApiPage"/>, which
/// stand in the page and are named by their hashes. Swagger UI brings pictures as data.
/// </summary>
internal static class ApiPagePolicy
{
    // A style that Swagger UI's script adds. Another version of it may have another one: a test in a browser tells.
    private const string SwaggerStyle = "sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w=";

    /// <summary>The header's value.</summary>
    public static string Value { get; } =
        $"default-src 'none'; script-src 'self' '{HashOf(ApiPage.Script)}'; style-src 'self' '{HashOf(ApiPage.Style)}' "
        + $"'{SwaggerStyle}'; "
        + "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static string HashOf(string text) =>
        $"sha256-{Convert.ToBase64String(SHA256.HashData(TextEncoding.UTF8.GetBytes(text)))}";
}
