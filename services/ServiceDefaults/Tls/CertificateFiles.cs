using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Segmentation.ServiceDefaults.Tls;

/// <summary>
/// A certificate with its chain and private key from PEM files, which are read again when their bytes change. Kubernetes
/// changes the files of a mounted Secret by a symbolic link, which no watcher of files reports. New files that cannot be
/// used leave the old certificate in force, and the log says so. Connections that are open keep theirs.
/// </summary>
public sealed partial class CertificateFiles : IDisposable
{
    /// <summary>Time between two looks at the files.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly string _certificate;
    private readonly string _key;
    private readonly ILogger<CertificateFiles> _logger;
    private readonly ITimer _timer;
    private byte[] _bytes;
    private SslStreamCertificateContext _current;
    private string? _problem;

    /// <summary>Reads the files.</summary>
    /// <param name="certificate">PEM file: the certificate, then those that signed it, the root left out.</param>
    /// <param name="key">PEM file with the certificate's private key, not encrypted.</param>
    /// <param name="clock">The clock that the looks follow.</param>
    /// <param name="logger">Gets a line for each change, and one for files that cannot be used.</param>
    /// <exception cref="CertificateFilesException">They cannot be read, or do not belong together.</exception>
    public CertificateFiles(string certificate, string key, TimeProvider clock, ILogger<CertificateFiles> logger)
    {
        ArgumentNullException.ThrowIfNull(clock);
        (_certificate, _key, _logger) = (certificate, key, logger);
        _bytes = Read();
        _current = Load();
        _timer = clock.CreateTimer(_ => Look(), null, Period, Period);
    }

    /// <summary>The certificate with its chain, for new connections.</summary>
    public SslStreamCertificateContext Current => Volatile.Read(ref _current);

    /// <summary>What is wrong with the files as they are now; null while their certificate is the one in force.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    [LoggerMessage(1, LogLevel.Information, "Read the certificate '{path}' again: {subject}, valid until {end:u}.")]
    private static partial void Reloaded(ILogger logger, string path, string subject, DateTime end);

    [LoggerMessage(2, LogLevel.Error, "{problem} The certificate that was read before stays in force.")]
    private static partial void Kept(ILogger logger, string problem);

    private void Look()
    {
        // A timer's next look may begin before this one has ended.
        lock (_timer)
        {
            try
            {
                var bytes = Read();
                if (!bytes.AsSpan().SequenceEqual(_bytes))
                {
                    var next = Load();
                    Volatile.Write(ref _current, next);
                    _bytes = bytes;
                    var certificate = next.TargetCertificate;
                    Reloaded(_logger, _certificate, certificate.Subject, certificate.NotAfter.ToUniversalTime());
                }

                Volatile.Write(ref _problem, null);
            }
            catch (CertificateFilesException error)
            {
                if (error.Message != _problem)
                {
                    Volatile.Write(ref _problem, error.Message);
                    Kept(_logger, error.Message);
                }
            }
        }
    }

    private byte[] Read()
    {
        try
        {
            return [.. File.ReadAllBytes(_certificate), .. File.ReadAllBytes(_key)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CertificateFilesException(
                $"The certificate '{_certificate}' or its key '{_key}' cannot be read: {error.Message}", error);
        }
    }

    private SslStreamCertificateContext Load()
    {
        try
        {
            // By way of PKCS #12: a key that exists in memory only cannot be used for TLS on every system.
            using var pem = X509Certificate2.CreateFromPemFile(_certificate, _key);
            var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(_certificate);
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (Exception error) when (
            error is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new CertificateFilesException(
                $"The certificate '{_certificate}' cannot be used with the key '{_key}': {error.Message} Both must be PEM "
                    + "files, the key not encrypted and of this certificate.",
                error);
        }
    }
}
