using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;
using Segmentation.Common.Configuration;

namespace Segmentation.Common.Tls;

/// <summary>
/// A certificate with its chain and private key from PEM files, which are read again when their bytes change, also
/// where a symbolic link changed. New files that cannot be used leave the old certificate in force, and the log says
/// so. Connections that are open keep theirs.
/// </summary>
/// <param name="certificate">PEM file: the certificate, then those that signed it, the root left out.</param>
/// <param name="key">PEM file with the certificate's private key, not encrypted.</param>
/// <param name="clock">The clock that the looks follow.</param>
/// <param name="logger">Gets a line for each change, and one for files that cannot be used.</param>
/// <exception cref="CertificateFilesException">They cannot be read, or do not belong together.</exception>
public sealed class CertificateFiles(string certificate, string key, TimeProvider clock, ILogger logger) : IDisposable
{
    private readonly ReloadedFiles<SslStreamCertificateContext> _files =
        new(
            [certificate, key],
            PemFile.Period,
            PemFile.Read,
            files => Load(certificate, key, Encoding.UTF8.GetString(files[0]), Encoding.UTF8.GetString(files[1])),
            Describe,
            clock,
            logger);

    /// <summary>Time between two looks at the files.</summary>
    public static TimeSpan Period => PemFile.Period;

    /// <summary>The certificate with its chain, for new connections.</summary>
    public SslStreamCertificateContext Current => _files.Current;

    /// <summary>Fault of the files as they are now; null while their certificate is in force.</summary>
    public string? Problem => _files.Problem;

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();

    private static string Describe(SslStreamCertificateContext context) =>
        $"{context.TargetCertificate.Subject}, valid until {context.TargetCertificate.NotAfter.ToUniversalTime():u}";

    private static SslStreamCertificateContext Load(
        string certificate, string key, string certificateText, string keyText)
    {
        try
        {
            // By way of PKCS #12: a key that exists in memory only cannot be used for TLS on every system.
            using var pem = X509Certificate2.CreateFromPem(certificateText, keyText);
            var loaded = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificateText);
            return SslStreamCertificateContext.Create(loaded, chain, offline: true);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new CertificateFilesException(
                $"The certificate '{certificate}' cannot be used with the key '{key}': {error.Message} Both must be PEM "
                    + "files, the key not encrypted and of this certificate.",
                error);
        }
    }
}
