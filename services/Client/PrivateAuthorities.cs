using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Segmentation.Client;

/// <summary>Makes what sends requests to a server whose certificate a private authority signed.</summary>
public static class PrivateAuthorities
{
    /// <summary>
    /// Makes a handler that believes these roots and no others. The certificate must name the server's host and be
    /// valid.
    /// </summary>
    /// <param name="authorities">The roots; null for those of the system.</param>
    /// <returns>The handler; null where no authorities are given.</returns>
    public static SocketsHttpHandler? HandlerOf(X509Certificate2Collection? authorities)
    {
        if (authorities is null)
        {
            return null;
        }

        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy },
        };
    }
}
