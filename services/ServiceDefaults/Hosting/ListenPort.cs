using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>A port that the host's server listens on. Hosts register one for each, in the order of listening.</summary>
/// <param name="Endpoint">Address and port; port 0 is chosen by the system.</param>
/// <param name="Use">What it is for.</param>
/// <param name="Option">
/// Path of the option that chooses the port, for example <c>Segmentation:Endpoints:GrpcPort</c>.
/// </param>
/// <param name="Tls">Makes what a new connection is encrypted with; null for a port without TLS.</param>
public sealed record ListenPort(
    IPEndPoint Endpoint,
    PortUse Use,
    string Option,
    Func<BaseConnectionContext, SslServerAuthenticationOptions>? Tls = null)
{
    /// <summary>
    /// Protocols of the port. Without TLS a port cannot negotiate: HTTP/2 and HTTP/1.1 have one each.
    /// </summary>
    public HttpProtocols Protocols => Use switch
    {
        PortUse.Grpc or PortUse.Scaler => HttpProtocols.Http2,
        PortUse.Http when Tls is not null => HttpProtocols.Http1AndHttp2,
        _ => HttpProtocols.Http1,
    };
}
