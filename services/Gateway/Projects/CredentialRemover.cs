using Microsoft.Net.Http.Headers;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Identity;
using Yarp.ReverseProxy.Forwarder;

namespace Segmentation.Gateway.Projects;

/// <summary>
/// Leaves the caller's credentials out of a forwarded request, whose headers name the caller since
/// <see cref="ProjectStage"/>.
/// </summary>
internal sealed class CredentialRemover : HttpTransformer
{
    private static readonly string[] _removed =
        [HeaderNames.Authorization, HeaderNames.Cookie, Authenticator.KeyHeader, Tenant.Header];

    private CredentialRemover()
    {
    }

    /// <summary>The one instance.</summary>
    public static CredentialRemover Instance { get; } = new();

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        foreach (var name in _removed)
        {
            proxyRequest.Headers.Remove(name);
        }

        proxyRequest.Headers.Host = null;
    }
}
