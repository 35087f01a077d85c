using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Responses;

namespace Segmentation.Gateway.Web;

/// <summary>
/// Refuses requests by pages of other sites that would change something here. Browsers let any page send a form, or
/// bytes without a type, to anywhere without asking first, and say only whose page it was.
/// </summary>
internal sealed class CrossSite(RequestDelegate next, CrossOrigins origins, OwnPages pages)
{
    private const string FetchSite = "Sec-Fetch-Site";

    /// <summary>Handles a request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (NativeCalls.Is(context.Request))
        {
            // A click's answer stays as small as it is.
            return next(context);
        }

        // A picture that another page shows would tell whether an image is held here.
        context.Response.Headers["Cross-Origin-Resource-Policy"] = origins.AllowAll ? "cross-origin" : "same-origin";
        SecurityHeaders.Add(context, pages.IsSecure(context.Request));
        return IsRead(context.Request.Method) || IsAllowed(context.Request)
            ? next(context)
            : new ProblemResult(Refusal(context.Request)).ExecuteAsync(context);
    }

    private static bool IsRead(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static RpcStatus Refusal(HttpRequest request) => Problem.Of(
        StatusCode.PermissionDenied,
        "ORIGIN_NOT_ALLOWED",
        $"A page of another site ({Site(request)}) may change nothing here: it is not one of "
            + $"{CrossOriginOptions.Section}:{nameof(CrossOriginOptions.Origins)}.");

    private static string Site(HttpRequest request) => request.Headers.Origin.Count > 0
        ? $"Origin {ClientText.Quote(request.Headers.Origin.ToString())}"
        : $"{FetchSite} {ClientText.Quote(request.Headers[FetchSite].ToString())}, no Origin";

    /// <summary>
    /// Newer browsers say how page and server are related, which holds behind proxies that change the host, too.
    /// </summary>
    private bool IsAllowed(HttpRequest request) => origins.AllowAll || request.Headers[FetchSite].ToString() switch
    {
        "same-origin" or "none" => true,
        "" => origins.Allow(request),
        _ => request.Headers.Origin.Count > 0 && origins.Allow(request),
    };
}
