using System.Net.Security;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Segmentation.Common.Tls;

namespace Segmentation.Clustering;

/// <summary>Encrypts Orleans' connections by <see cref="ClusterTls"/>: each with the certificates of its moment.</summary>
internal static class ClusterConnections
{
    /// <summary>Encrypts a silo's connections with silos and gateways.</summary>
    public static void Encrypt(SiloConnectionOptions options, ClusterTls tls)
    {
        if (tls.IsOn)
        {
            var (asServer, asClient) = (Options(tls, isClient: false), Options(tls, isClient: true));
            options.ConfigureSiloInboundConnection(connection => connection.UseServerTls(asServer));
            options.ConfigureGatewayInboundConnection(connection => connection.UseServerTls(asServer));
            options.ConfigureSiloOutboundConnection(connection => connection.UseClientTls(asClient));
        }
    }

    /// <summary>Encrypts a gateway's connections with silos.</summary>
    public static void Encrypt(ClientConnectionOptions options, ClusterTls tls)
    {
        if (tls.IsOn)
        {
            var asClient = Options(tls, isClient: true);
            options.ConfigureConnection(connection => connection.UseClientTls(asClient));
        }
    }

    // Orleans gives its own callback to the stream, which refuses a second one.
    private static TlsOptions Options(ClusterTls tls, bool isClient) => new()
    {
        RemoteCertificateMode = RemoteCertificateMode.RequireCertificate,
        RemoteCertificateValidation = (certificate, chain, _) => tls.Accepts(certificate, chain, isServer: isClient),
        LocalServerCertificateSelector = (_, _) => tls.Certificate,
        OnAuthenticateAsServer = (_, options) =>
        {
            var all = (SslServerAuthenticationOptions)options.SslServerAuthenticationOptions;
            tls.Apply(all);
            all.RemoteCertificateValidationCallback = null;
        },
        OnAuthenticateAsClient = (_, options) =>
        {
            var all = (SslClientAuthenticationOptions)options.SslClientAuthenticationOptions;
            tls.Apply(all);
            all.RemoteCertificateValidationCallback = null;
        },
    };
}
