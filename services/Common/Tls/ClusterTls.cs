using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Common.Tls;

/// <summary>
/// Mutual TLS of the connections within a cluster: both sides present a certificate of the cluster's authorities that
/// carries the cluster's name. Processes are addressed by IP addresses that come and go, so names of hosts are not
/// compared: whoever holds a certificate of the cluster is a member. Certificates may be exchanged while it runs.
/// </summary>
public sealed class ClusterTls : IDisposable
{
    /// <summary>The log says at most once in this time that connections are refused.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(10);

    private readonly CertificateFiles? _own;
    private readonly AuthoritiesFile? _authorities;
    private readonly PeerCheck? _check;
    private readonly string _name;
    private readonly TimeProvider _clock;
    private readonly ILogger<ClusterTls> _logger;
    private readonly Lock _gate = new();
    private long? _logged;

    /// <summary>Reads the files.</summary>
    /// <exception cref="CertificateFilesException">
    /// They cannot be used, or other members would not believe this process's certificate.
    /// </exception>
    public ClusterTls(
        IOptions<ClusterTlsOptions> options,
        IConfiguration configuration,
        TimeProvider clock,
        ILogger<ClusterTls> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_name, _clock, _logger) = (ClusterId.Of(configuration), clock, logger);
        if (options.Value is { IsOn: true } files)
        {
            _own = new CertificateFiles(files.CertificateFile, files.KeyFile, clock, logger);
            _authorities = new AuthoritiesFile(files.AuthoritiesFile, clock, logger);
            _check = new PeerCheck(_authorities, _name, _own);
            RequireUsable(_own.Current.TargetCertificate, files.CertificateFile);
        }
    }

    /// <summary>Tells whether the connections are encrypted; the other members throw where they are not.</summary>
    public bool IsOn => _own is not null;

    /// <summary>This process's certificate now.</summary>
    public X509Certificate2 Certificate => _own!.Current.TargetCertificate;

    /// <summary>Makes what a server encrypts one new connection with.</summary>
    public SslServerAuthenticationOptions Server()
    {
        var options = new SslServerAuthenticationOptions();
        Apply(options);
        return options;
    }

    /// <summary>Sets what a server encrypts one new connection with.</summary>
    public void Apply(SslServerAuthenticationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ServerCertificate = null;
        options.ServerCertificateSelectionCallback = null;
        options.ServerCertificateContext = _own!.Current;
        options.ClientCertificateRequired = true;
        options.CertificateChainPolicy = Offline();
        options.RemoteCertificateValidationCallback =
            (_, certificate, chain, _) => Accepts(certificate, chain, isServer: false);
    }

    /// <summary>Makes what a client encrypts connections with, also those opened after certificates changed.</summary>
    public SslClientAuthenticationOptions Client()
    {
        var options = new SslClientAuthenticationOptions();
        Apply(options);
        return options;
    }

    /// <summary>Sets what a client encrypts connections with, also those opened after certificates changed.</summary>
    public void Apply(SslClientAuthenticationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.TargetHost = _name;
        options.ClientCertificates = null;
        options.LocalCertificateSelectionCallback = (_, _, _, _, _) => Certificate;
        options.CertificateChainPolicy = Offline();
        options.RemoteCertificateValidationCallback =
            (_, certificate, chain, _) => Accepts(certificate, chain, isServer: true);
    }

    /// <summary>
    /// Makes what sends requests by HTTP/2 to other members, encrypted where the connections are. A machine that hangs,
    /// or vanished without closing its connections, is noticed within 15 seconds.
    /// </summary>
    public SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        EnableMultipleHttp2Connections = true,
        SslOptions = IsOn ? Client() : new SslClientAuthenticationOptions(),

        // One whose cores all work may take some seconds to answer.
        KeepAlivePingDelay = TimeSpan.FromSeconds(5),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
    };

    /// <summary>Tells whether the other side is a member; if not, the log says why.</summary>
    /// <param name="certificate">The other side's certificate; null when it had none.</param>
    /// <param name="chain">Where the certificates are that came with it.</param>
    /// <param name="isServer">The other side is the one that was connected to.</param>
    public bool Accepts(X509Certificate? certificate, X509Chain? chain, bool isServer)
    {
        if (_check!.Problem(certificate, chain, isServer) is not { } problem)
        {
            return true;
        }

        lock (_gate)
        {
            if (_logged is not { } then || _clock.GetElapsedTime(then) >= _pause)
            {
                _logged = _clock.GetTimestamp();
                TlsLog.Refused(_logger, problem, _authorities!.Path, _pause.TotalSeconds);
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _own?.Dispose();
        _authorities?.Dispose();
    }

    /// <summary>Nothing is downloaded because somebody's certificate says so.</summary>
    private static X509ChainPolicy Offline() =>
        new() { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };

    /// <summary>A certificate that nobody would believe is found at start, and not by those who are refused.</summary>
    private void RequireUsable(X509Certificate2 own, string file)
    {
        foreach (var isServer in new[] { true, false })
        {
            if (_check!.Problem(own, null, isServer) is { } problem)
            {
                throw new CertificateFilesException(
                    $"{ClusterTlsOptions.Section}:{nameof(ClusterTlsOptions.CertificateFile)} '{file}' cannot be used as "
                        + $"{(isServer ? "a server's" : "a client's")} by '{_authorities!.Path}': {problem}");
            }
        }
    }
}
