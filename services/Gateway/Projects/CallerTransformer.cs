using Microsoft.Net.Http.Headers;
using Segmentation.Common;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Identity;
using Yarp.ReverseProxy.Forwarder;

namespace Segmentation.Gateway.Projects;

/// <summary>Names the caller in a forwarded request, and leaves the caller's credentials out.</summary>
internal sealed class CallerTransformer : HttpTransformer
{
    private static readonly string[] _removed =
    [
        CallerHeaders.Tenant, CallerHeaders.Subject, HeaderNames.Authorization, HeaderNames.Cookie,
        Authenticator.KeyHeader, Tenant.Header,
    ];

    private CallerTransformer()
    {
    }

    /// <summary>The one instance.</summary>
    public static CallerTransformer Instance { get; } = new();

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        foreach (var name in _removed)
        {
            proxyRequest.Headers.Remove(name);
        }

        var caller = Caller.Of(httpContext);
        proxyRequest.Headers.Host = null;
        proxyRequest.Headers.Add(CallerHeaders.Tenant, caller.Tenant);
        proxyRequest.Headers.Add(CallerHeaders.Subject, Uri.EscapeDataString(caller.Principal.Subject));
    }
}
