using System.Security.Cryptography.X509Certificates;

namespace Segmentation.Tests.Shared;

/// <summary>Certificate files of a test: of one authority, and of another that nobody here trusts.</summary>
internal sealed class CertificateFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tls");

    public CertificateFolder(string name = "localhost")
    {
        Authorities = Authority.WriteRoot(Path("ca.crt"));
        Issue(name);
    }

    /// <summary>The authority of everything here that is believed.</summary>
    public TestAuthority Authority { get; } = new();

    /// <summary>Another authority.</summary>
    public TestAuthority Foreign { get; } = new("foreign authority");

    /// <summary>The root of <see cref="Authority"/>.</summary>
    public string Authorities { get; }

    /// <summary>The certificate.</summary>
    public string Certificate => Path("tls.crt");

    /// <summary>Its key.</summary>
    public string Key => Path("tls.key");

    /// <summary>A path in the folder.</summary>
    public string Path(string file) => System.IO.Path.Combine(_folder.FullName, file);

    /// <summary>Writes a new certificate over the old one.</summary>
    public void Issue(string name) => Authority.Write(Certificate, Key, name);

    /// <summary>Makes a client's certificate.</summary>
    public X509Certificate2 Client(string name, TestAuthority? authority = null)
    {
        var (certificate, key) = (Path($"{name}.crt"), Path($"{name}.key"));
        (authority ?? Authority).Write(certificate, key, name);
        using var pem = X509Certificate2.CreateFromPemFile(certificate, key);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    public void Dispose()
    {
        Authority.Dispose();
        Foreign.Dispose();
        _folder.Delete(recursive: true);
    }
}
