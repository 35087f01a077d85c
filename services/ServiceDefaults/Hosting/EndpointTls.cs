using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Segmentation.Common.Tls;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>
/// Encrypts a host's public ports, where <see cref="EndpointTlsOptions"/> name a certificate. A client may present a
/// certificate of its own.
/// </summary>
internal sealed class EndpointTls : IDisposable
{
    private readonly CertificateFiles? _own;
    private readonly AuthoritiesFile? _clients;
    private readonly PeerCheck? _check;

    /// <exception cref="CertificateFilesException">The files cannot be used.</exception>
    public EndpointTls(IOptions<EndpointOptions> options, TimeProvider clock, ILogger<EndpointTls> logger)
    {
        var files = options.Value.Tls;
        if (files.CertificateFile.Length == 0)
        {
            return;
        }

        _own = new CertificateFiles(files.CertificateFile, files.KeyFile, clock, logger);
        if (files.ClientAuthoritiesFile.Length > 0)
        {
            _clients = new AuthoritiesFile(files.ClientAuthoritiesFile, clock, logger);
            _check = new PeerCheck(_clients);
        }
    }

    /// <summary>Makes what each new connection is encrypted with; null where ports have no TLS.</summary>
    public Func<BaseConnectionContext, SslServerAuthenticationOptions>? Server => _own is null ? null : Make;

    public void Dispose()
    {
        _own?.Dispose();
        _clients?.Dispose();
    }

    private SslServerAuthenticationOptions Make(BaseConnectionContext connection)
    {
        var options = new SslServerAuthenticationOptions { ServerCertificateContext = _own!.Current };
        if (_check is not null)
        {
            options.ClientCertificateRequired = true;
            options.CertificateChainPolicy =
                new() { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
            options.RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                certificate is null
                || ClientCertificates.Note(connection, _check.Problem(certificate, chain, isServer: false));
        }

        return options;
    }
}
