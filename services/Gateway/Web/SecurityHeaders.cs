namespace Segmentation.Gateway.Web;

/// <summary>Headers by which browsers are kept from doing with an answer what nobody wants.</summary>
internal static class SecurityHeaders
{
    /// <summary>
    /// For data: it loads and runs nothing, and no page shows it in a frame. Pages have policies of their own.
    /// </summary>
    public const string DataPolicy = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>
    /// For the studio: modules compiled to WebAssembly run, and nothing that is not a file of this server; pictures may be
    /// made in the page. Forms are sent by scripts only.
    /// </summary>
    public const string StudioPolicy =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; "
        + "img-src 'self' data: blob:; style-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'";

    private const string PermissionsPolicy = "Permissions-Policy";

    // The studio takes files, and copies text to the clipboard.
    private const string Permissions =
        "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=()";

    // A year. Neighbours of the host's domain are not this server's to speak for.
    private const string TransportSecurity = "max-age=31536000";

    /// <summary>Adds the headers that every answer to a browser has.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isSecure">Whether the browser has a connection by HTTPS, and is to have no other from now on.</param>
    public static void Add(HttpContext context, bool isSecure)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = DataPolicy;
        headers["Referrer-Policy"] = "no-referrer";
        headers[PermissionsPolicy] = Permissions;

        // Browsers would apply it to every server on the machine of its user.
        if (isSecure && !AllowedHosts.IsLocal(context.Request.Host.Host))
        {
            headers.StrictTransportSecurity = TransportSecurity;
        }
    }
}
