using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Common.Tls;
using Segmentation.Tests.Shared;

namespace Segmentation.Common.Tests.Tls;

public sealed class PeerCheckTests : IDisposable
{
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    private readonly CertificateFolder _files = new("cluster");
    private readonly FakeTimeProvider _clock = new();
    private readonly AuthoritiesFile _authorities;
    private readonly CertificateFiles _own;

    public PeerCheckTests()
    {
        _authorities = new AuthoritiesFile(_files.Authorities, _clock, NullLogger.Instance);
        _own = new CertificateFiles(_files.Certificate, _files.Key, _clock, NullLogger.Instance);
    }

    public void Dispose()
    {
        _own.Dispose();
        _authorities.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void Problem_SignedAndNamed_IsNone()
    {
        using var peer = _files.Client("cluster");

        Assert.Null(Check().Problem(peer, null, isServer: true));
        Assert.Null(Check().Problem(peer, null, isServer: false));
    }

    [Fact]
    public void Problem_NoCertificate_IsSaid() =>
        Assert.Contains("no certificate", Check().Problem(null, null, isServer: false), StringComparison.Ordinal);

    [Fact]
    public void Problem_AForeignAuthority_NamesTheCertificate()
    {
        using var peer = _files.Client("cluster", _files.Foreign);

        Assert.StartsWith(
            "The certificate CN=cluster is not believed: ", Check().Problem(peer, null, true), StringComparison.Ordinal);
    }

    [Fact]
    public void Problem_AnotherName_NamesTheAgreedOne()
    {
        using var peer = _files.Client("elsewhere");

        Assert.Contains("'cluster'", Check().Problem(peer, null, isServer: true), StringComparison.Ordinal);
        Assert.Null(new PeerCheck(_authorities).Problem(peer, null, isServer: true));
    }

    [Fact]
    public void Problem_OverItsTime_IsSaid()
    {
        _files.Authority.Write(_files.Path("old.crt"), _files.Path("old.key"), "cluster", days: -0.5);
        using var peer = X509Certificate2.CreateFromPemFile(_files.Path("old.crt"), _files.Path("old.key"));

        Assert.Contains("expired", Check().Problem(peer, null, isServer: true), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Problem_ACertificateForClientsOnly_IsNoServers()
    {
        _files.Authority.Write(_files.Path("client.crt"), _files.Path("client.key"), "cluster", 10, ClientUsage);
        using var peer = X509Certificate2.CreateFromPemFile(_files.Path("client.crt"), _files.Path("client.key"));

        Assert.Null(Check().Problem(peer, null, isServer: false));
        Assert.NotNull(Check().Problem(peer, null, isServer: true));
    }

    [Fact]
    public void Problem_AnAuthorityBetweenThatThisSideHasToo_IsFound()
    {
        using var between = _files.Authority.Between();
        using var peer = _files.Client("cluster", between);
        Assert.NotNull(Check().Problem(peer, null, isServer: true));

        between.Write(_files.Certificate, _files.Key, "cluster");
        _clock.Advance(CertificateFiles.Period);

        Assert.Null(Check().Problem(peer, null, isServer: true));
    }

    [Fact]
    public void Problem_AuthoritiesChanged_FollowsTheFile()
    {
        using var peer = _files.Client("cluster", _files.Foreign);

        _files.Foreign.WriteRoot(_files.Authorities);
        _clock.Advance(CertificateFiles.Period);

        Assert.Null(Check().Problem(peer, null, isServer: true));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no certificate")]
    public void Authorities_WithoutACertificate_NameTheFile(string text)
    {
        File.WriteAllText(_files.Authorities, text);

        var error = Assert.Throws<CertificateFilesException>(
            () => new AuthoritiesFile(_files.Authorities, _clock, NullLogger.Instance));

        Assert.Contains(_files.Authorities, error.Message, StringComparison.Ordinal);
    }

    private PeerCheck Check() => new(_authorities, "cluster", _own);
}
