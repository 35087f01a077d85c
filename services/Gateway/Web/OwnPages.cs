using Microsoft.Extensions.Options;
using Segmentation.Gateway.Identity;

namespace Segmentation.Gateway.Web;

/// <summary>
/// Tells requests of this server's own pages from those of other pages, and whether browsers reach the server by HTTPS.
/// Cookies count for own pages only, whatever <see cref="CrossOriginOptions.Origins"/> allows: those pages bring a
/// credential of their own.
/// </summary>
internal sealed class OwnPages(IOptions<IdentityOptions> options)
{
    private readonly Uri? _public =
        options.Value.Studio.PublicUrl is { Length: > 0 } url ? new(url) : null;

    /// <summary>
    /// Tells whether the browser has a connection that nobody else can read or change: to this server, or to the proxy
    /// of
    /// <see cref="StudioOptions.PublicUrl"/>.
    /// </summary>
    public bool IsSecure(HttpRequest request) =>
        OwnTls.Has(request.HttpContext) || _public?.Scheme == Uri.UriSchemeHttps;

    /// <summary>
    /// Tells whether a request comes from a page of this server, from a person's own navigation, or from no browser.
    /// Browsers add <c>Sec-Fetch-Site</c> on HTTPS and on loopback, and <c>Origin</c> to everything but simple reads;
    /// scripts can change neither.
    /// </summary>
    public bool Sent(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() switch
    {
        "same-origin" or "none" => true,
        "" => request.Headers.Origin is not { Count: > 0 } origins || IsOwn(origins.ToString(), request),
        _ => false,
    };

    /// <summary>
    /// Makes a request look as browsers sent it to the proxy, for addresses that answers are made of.
    /// </summary>
    public void Restore(HttpRequest request)
    {
        if (_public is not null)
        {
            (request.Scheme, request.Host) = (_public.Scheme, new HostString(_public.Authority));
        }
    }

    private bool IsOwn(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page)
        && (IsSame(page, request.Scheme, request.Host.Value ?? "")
            || (_public is not null && IsSame(page, _public.Scheme, _public.Authority)));

    private static bool IsSame(Uri page, string scheme, string authority) =>
        page.Scheme == scheme && string.Equals(page.Authority, authority, StringComparison.OrdinalIgnoreCase);
}
