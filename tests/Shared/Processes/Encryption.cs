using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Segmentation.Tests.Shared;

/// <summary>Certificates, a password, and the options that encrypt every connection of a cluster with them.</summary>
internal sealed class Encryption : IDisposable
{
    /// <summary>The name that every certificate of the cluster carries.</summary>
    public const string ClusterName = "segmentation";

    private readonly CertificateFolder _files = new(ClusterName);

    public Encryption()
    {
        _files.Authority.Write(Path("public.crt"), Path("public.key"), "localhost");
        Members = _files.Authority;
        Members.WriteRoot(MembersFile);
        WritePassword(Password);
    }

    /// <summary>The authority of the cluster's members, which a test may exchange.</summary>
    public TestAuthority Members { get; set; }

    /// <summary>The roots of members that processes believe.</summary>
    public string MembersFile => Path("members.crt");

    /// <summary>The password of both Redis servers.</summary>
    public string Password { get; } = "a password with spaces, and a comma";

    /// <summary>The certificates.</summary>
    public CertificateFolder Files => _files;

    /// <summary>The file with the password.</summary>
    public string PasswordFile => Path("password");

    /// <summary>Options of all processes.</summary>
    public IEnumerable<string> Inside =>
    [
        $"Cluster:Tls:CertificateFile={_files.Certificate}", $"Cluster:Tls:KeyFile={_files.Key}",
        $"Cluster:Tls:AuthoritiesFile={MembersFile}", $"Redis:PasswordFile={PasswordFile}",
        $"Redis:AuthoritiesFile={_files.Authorities}",
    ];

    /// <summary>Options of gateways.</summary>
    public IEnumerable<string> Public =>
    [
        $"Endpoints:Tls:CertificateFile={Path("public.crt")}", $"Endpoints:Tls:KeyFile={Path("public.key")}",
    ];

    /// <summary>Authorities that a client of gateways trusts.</summary>
    public SslClientAuthenticationOptions Client => new()
    {
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { _files.Authority.Root },
            RevocationMode = X509RevocationMode.NoCheck,
        },
    };

    /// <summary>Makes a Redis server that speaks TLS only and wants the password.</summary>
    public RedisProcess Redis()
    {
        var (certificate, key) = (Path("public.crt"), Path("public.key"));
        return new RedisProcess(RedisProcess.Redis)
        {
            More = port =>
            [
                "--port", "0", "--tls-port", $"{port}", "--tls-cert-file", certificate, "--tls-key-file", key,
                "--tls-ca-cert-file", _files.Authorities, "--tls-auth-clients", "no", "--requirepass", Password,
            ],
        };
    }

    /// <summary>Writes a password into the file, with the line break that editors add.</summary>
    public void WritePassword(string password) => File.WriteAllText(PasswordFile, password + "\n");

    public void Dispose() => _files.Dispose();

    private string Path(string file) => _files.Path(file);
}
