using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Segmentation.Common.Tls;

/// <summary>
/// Decides whether to believe the certificate of the other side of a connection: it must be valid now, for this side of
/// a connection, signed by one of the authorities, and carry the agreed name. The names of hosts are not compared.
/// </summary>
/// <param name="authorities">Who may sign.</param>
/// <param name="name">DNS name that each certificate carries; null where any will do.</param>
/// <param name="own">
/// This side's certificate: authorities between a root and a certificate are also looked for in its chain.
/// </param>
public sealed class PeerCheck(AuthoritiesFile authorities, string? name = null, CertificateFiles? own = null)
{
    private static readonly Oid _serverUsage = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid _clientUsage = new("1.3.6.1.5.5.7.3.2");

    /// <summary>Checks a certificate.</summary>
    /// <param name="certificate">The certificate; null when the other side had none.</param>
    /// <param name="received">Where the certificates are that came with it.</param>
    /// <param name="isServer">The other side is the one that was connected to.</param>
    /// <returns>Null, or a sentence that says what is wrong.</returns>
    public string? Problem(X509Certificate? certificate, X509Chain? received, bool isServer)
    {
        if (certificate is not X509Certificate2 peer)
        {
            return "The other side has no certificate.";
        }

        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(authorities.Current);
        policy.ExtraStore.AddRange(received?.ChainPolicy.ExtraStore ?? []);
        foreach (var between in own?.Current.IntermediateCertificates ?? [])
        {
            policy.ExtraStore.Add(between);
        }

        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.ApplicationPolicy.Add(isServer ? _serverUsage : _clientUsage);
        if (!chain.Build(peer))
        {
            var reasons = chain.ChainStatus.Select(status => status.StatusInformation.Trim().TrimEnd('.')).Distinct();
            return $"The certificate {peer.Subject} is not believed: {string.Join("; ", reasons)}.";
        }

        return name is null || peer.MatchesHostname(name, allowWildcards: false, allowCommonName: false)
            ? null
            : $"The certificate {peer.Subject} is not believed: it does not carry the DNS name '{name}'.";
    }
}
