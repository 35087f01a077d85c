using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Segmentation.Tests.Shared;

/// <summary>A certificate authority of a test's own, whose root nobody else trusts.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestAuthority(string name = "test authority")
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Root = request.CreateSelfSigned(_now.AddDays(-1), _now.AddDays(30));
    }

    private TestAuthority(X509Certificate2 signed, ECDsa key) => (Root, _key) = (signed, key);

    /// <summary>The authority's certificate.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>Makes an authority between this root and the certificates that it signs.</summary>
    public TestAuthority Between(string name = "authority between")
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        return new TestAuthority(request.Create(
            Subject, Generator, _now.AddDays(-1), _now.AddDays(20), RandomNumberGenerator.GetBytes(8)), key);
    }

    /// <summary>Writes the authority's certificate as a PEM file, and gives its path.</summary>
    public string WriteRoot(string path)
    {
        File.WriteAllText(path, Root.ExportCertificatePem());
        return path;
    }

    /// <summary>Writes a certificate and its key as PEM files.</summary>
    /// <param name="certificate">The certificate's path; the authority's follows in the file.</param>
    /// <param name="key">The key's path.</param>
    /// <param name="name">Subject and DNS name; the address 127.0.0.1 is added.</param>
    /// <param name="days">End of its time, in days from now.</param>
    /// <param name="usages">Extended key usages; none for a certificate of all uses.</param>
    public void Write(
        string certificate, string key, string name = "localhost", double days = 10, params string[] usages)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", own, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        if (usages.Length > 0)
        {
            request.CertificateExtensions.Add(
                new X509EnhancedKeyUsageExtension([.. usages.Select(usage => new Oid(usage))], false));
        }

        var serial = RandomNumberGenerator.GetBytes(8);
        using var signed = request.Create(Subject, Generator, _now.AddDays(-1), _now.AddDays(days), serial);
        File.WriteAllText(certificate, signed.ExportCertificatePem() + '\n' + Root.ExportCertificatePem());
        File.WriteAllText(key, own.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        Root.Dispose();
        _key.Dispose();
    }

    private X500DistinguishedName Subject => Root.SubjectName;

    private X509SignatureGenerator Generator => X509SignatureGenerator.CreateForECDsa(_key);
}
