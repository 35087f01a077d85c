using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Segmentation.Gateway.Web;

namespace Segmentation.Gateway.Access;

/// <summary>
/// The cookie of a person who signed in with the studio. Scripts cannot read it, other sites' requests do not carry it,
/// and its content is encrypted and authenticated.
/// </summary>
internal sealed class SessionCookie(IDataProtectionProvider protection, OwnPages pages)
{
    /// <summary>Name on connections without TLS.</summary>
    public const string Name = "segmentation-session";

    /// <summary>Name on HTTPS: browsers take it from this very host only, not from a neighbour of its domain.</summary>
    public const string SecureName = "__Host-segmentation-session";

    private readonly IDataProtector _protector = protection.CreateProtector("Segmentation.Studio.Session.v1");

    /// <summary>The cookie's text in a request of an own page; null without one, and in requests of other pages.</summary>
    public string? Read(HttpRequest request) =>
        request.Headers.Cookie.Count > 0 && pages.Sent(request) ? request.Cookies[NameFor(request)] : null;

    /// <summary>Content of a cookie; null when this server, or another one with its key ring, did not make it.</summary>
    public SessionTicket? Open(string text)
    {
        try
        {
            var bytes = _protector.Unprotect(WebEncoders.Base64UrlDecode(text));
            return JsonSerializer.Deserialize<SessionTicket>(bytes);
        }
        catch (Exception error) when (error is CryptographicException or FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Lets the browser keep a session until its end.</summary>
    public void Write(HttpContext context, SessionTicket ticket)
    {
        var text = WebEncoders.Base64UrlEncode(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(ticket)));
        context.Response.Cookies.Append(NameFor(context.Request), text, Options(context.Request, ticket.Expires));
    }

    /// <summary>Lets the browser forget its session.</summary>
    public void Delete(HttpContext context) =>
        context.Response.Cookies.Delete(NameFor(context.Request), Options(context.Request, null));

    private string NameFor(HttpRequest request) => pages.IsSecure(request) ? SecureName : Name;

    private CookieOptions Options(HttpRequest request, DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        Secure = pages.IsSecure(request),
        SameSite = SameSiteMode.Strict,
        Path = "/",
        Expires = expires,
        IsEssential = true,
    };
}
