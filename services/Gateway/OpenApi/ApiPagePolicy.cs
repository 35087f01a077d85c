using System.Security.Cryptography;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.OpenApi;

/// <summary>
/// The content security policy of <c>/docs</c>: Swagger UI's files, and the two additions of <see cref="ApiPage"/>, which
/// stand in the page and are named by their hashes. Swagger UI brings pictures as data.
/// </summary>
internal static class ApiPagePolicy
{
    /// <summary>The header's value.</summary>
    public static string Value { get; } =
        $"default-src 'none'; script-src 'self' '{HashOf(ApiPage.Script)}'; style-src 'self' '{HashOf(ApiPage.Style)}'; "
        + "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static string HashOf(string text) =>
        $"sha256-{Convert.ToBase64String(SHA256.HashData(TextEncoding.UTF8.GetBytes(text)))}";
}
