using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;
using Segmentation.Common.Configuration;

namespace Segmentation.Common.Tls;

/// <summary>
/// The certificates of authorities from a PEM file, which is read again when its bytes change. Authorities are
/// exchanged without a gap by a file that names the old one and the new one for some time.
/// </summary>
/// <param name="path">PEM file: the roots, and where wanted authorities that they signed.</param>
/// <param name="clock">The clock that the looks follow.</param>
/// <param name="logger">Gets a line for each change, and one for a file that cannot be used.</param>
/// <exception cref="CertificateFilesException">It cannot be read, or holds no certificate.</exception>
public sealed class AuthoritiesFile(string path, TimeProvider clock, ILogger logger) : IDisposable
{
    private readonly ReloadedFiles<X509Certificate2Collection> _file =
        new(
            [path],
            PemFile.Period,
            PemFile.Read,
            files => Load(path, Encoding.UTF8.GetString(files[0])),
            all => $"{all.Count} authorities",
            clock,
            logger);

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>The authorities in force.</summary>
    public X509Certificate2Collection Current => _file.Current;

    /// <summary>Fault of the file as it is now; null while the file is in force.</summary>
    public string? Problem => _file.Problem;

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static X509Certificate2Collection Load(string path, string text)
    {
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPem(text);
        }
        catch (CryptographicException error)
        {
            throw new CertificateFilesException(
                $"The authorities '{path}' cannot be used: {error.Message} It must be a PEM file of certificates.", error);
        }

        return all.Count > 0
            ? all
            : throw new CertificateFilesException(
                $"The authorities '{path}' cannot be used: the file holds no certificate. It must be a PEM file of "
                    + "certificates.");
    }
}
