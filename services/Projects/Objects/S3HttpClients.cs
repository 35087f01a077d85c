using System.Net.Security;
using Amazon.Runtime;
using Segmentation.Common.Tls;

namespace Segmentation.Projects.Objects;

/// <summary>Makes HTTP clients that believe the roots of a file, as they are in the file now, and no others.</summary>
/// <param name="authorities">The roots.</param>
internal sealed class S3HttpClients(AuthoritiesFile authorities) : HttpClientFactory
{
    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        var check = new PeerCheck(authorities);
        return new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
                        && check.Problem(certificate, chain, isServer: true) is null,
            },
        })
        {
            // The SDK's own limit applies, request by request.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <inheritdoc/>
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    /// <inheritdoc/>
    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
}
