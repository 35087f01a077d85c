using Microsoft.AspNetCore.Connections.Features;

namespace Segmentation.Gateway.Web;

/// <summary>Tells connections that this server encrypts from others, whatever a proxy says in front of it.</summary>
internal static class OwnTls
{
    /// <summary>True when the client's connection has TLS that ends in this process.</summary>
    public static bool Has(HttpContext context) => context.Features.Get<ITlsHandshakeFeature>() is not null;
}
