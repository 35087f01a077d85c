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

    public X509Certificate2 Root { get; }

    /// <summary>Writes a certificate and its key as PEM files.</summary>
    public void Write(string certificate, string key, string name = "localhost")
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", own, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var serial = RandomNumberGenerator.GetBytes(8);
        using var signed = request.Create(
            Root, _now.AddDays(-1), _now.AddDays(10), serial);
        File.WriteAllText(certificate, signed.ExportCertificatePem() + '\n' + Root.ExportCertificatePem());
        File.WriteAllText(key, own.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        Root.Dispose();
        _key.Dispose();
    }
}
