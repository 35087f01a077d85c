using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Segmentation.Common.Tls;
using StackExchange.Redis;

namespace Segmentation.Redis;

/// <summary>
/// Gives every connection to a Redis its password and its TLS: those of embeddings, of the cluster's members and of
/// quotas.
/// </summary>
public sealed class RedisAccess : IDisposable
{
    /// <summary>The log says at most once in this time that a server is refused: connections are tried again.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(10);

    private readonly PasswordFile? _password;
    private readonly AuthoritiesFile? _authorities;
    private readonly PeerCheck? _check;
    private readonly TimeProvider _clock;
    private readonly ILogger<RedisAccess> _logger;
    private readonly Lock _gate = new();
    private long? _logged;

    /// <summary>Reads the authorities.</summary>
    /// <exception cref="CertificateFilesException">The authorities cannot be used.</exception>
    public RedisAccess(IOptions<RedisAccessOptions> options, TimeProvider clock, ILogger<RedisAccess> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_clock, _logger) = (clock, logger);
        var files = options.Value;
        _password = files.PasswordFile.Length > 0 ? new PasswordFile(files.PasswordFile, logger) : null;
        if (files.AuthoritiesFile.Length > 0)
        {
            _authorities = new AuthoritiesFile(files.AuthoritiesFile, clock, logger);
            _check = new PeerCheck(_authorities);
        }
    }

    /// <summary>Reads a connection string, and adds password and TLS.</summary>
    /// <param name="connection">As StackExchange.Redis takes it. A password in it goes before the file's.</param>
    /// <exception cref="ArgumentException">It is no connection string.</exception>
    public ConfigurationOptions Configure(string connection)
    {
        var configuration = ConfigurationOptions.Parse(connection);
        Secure(configuration);
        return configuration;
    }

    /// <summary>Adds password and TLS to a configuration, once.</summary>
    public void Secure(ConfigurationOptions configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (_password is not null && string.IsNullOrEmpty(configuration.Password))
        {
            configuration.Defaults = _password;
        }

        if (_check is not null)
        {
            configuration.Ssl = true;
            configuration.CertificateValidation += Accepts;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _authorities?.Dispose();

    private bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var problem = _check!.Problem(certificate, chain, isServer: true)
            ?? (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
                ? $"The certificate {certificate!.Subject} is not of the host that the connection string names."
                : null);
        if (problem is null)
        {
            return true;
        }

        lock (_gate)
        {
            if (_logged is not { } then || _clock.GetElapsedTime(then) >= _pause)
            {
                _logged = _clock.GetTimestamp();
                RedisLog.Refused(_logger, problem, _authorities!.Path, _pause.TotalSeconds);
            }
        }

        return false;
    }
}
