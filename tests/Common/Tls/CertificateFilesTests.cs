using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Common.Tls;
using Segmentation.Tests.Shared;

namespace Segmentation.Common.Tests.Tls;

public sealed class CertificateFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tls");
    private readonly FakeTimeProvider _clock = new();
    private readonly TestAuthority _authority = new();

    private string Certificate => Path.Combine(_folder.FullName, "tls.crt");

    private string Key => Path.Combine(_folder.FullName, "tls.key");

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Look_NewFiles_AreInForce()
    {
        _authority.Write(Certificate, Key, "one");
        using var files = Open();
        Assert.Equal("CN=one", files.Current.TargetCertificate.Subject);

        _authority.Write(Certificate, Key, "two");
        _clock.Advance(CertificateFiles.Period);

        Assert.Equal("CN=two", files.Current.TargetCertificate.Subject);
        Assert.True(files.Current.TargetCertificate.HasPrivateKey);
    }

    [Fact]
    public void Look_AMountedSecretIsChangedByItsLink_IsInForce()
    {
        // As the kubelet mounts a Secret: tls.crt -> ..data/tls.crt, ..data -> a folder of this version.
        foreach (var version in new[] { "one", "two" })
        {
            var folder = _folder.CreateSubdirectory(version).FullName;
            _authority.Write(Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"), version);
        }

        var data = Path.Combine(_folder.FullName, "..data");
        Directory.CreateSymbolicLink(data, "one");
        File.CreateSymbolicLink(Certificate, "..data/tls.crt");
        File.CreateSymbolicLink(Key, "..data/tls.key");
        using var files = Open();
        Assert.Equal("CN=one", files.Current.TargetCertificate.Subject);

        Directory.Delete(data);
        Directory.CreateSymbolicLink(data, "two");
        _clock.Advance(CertificateFiles.Period);

        Assert.Equal("CN=two", files.Current.TargetCertificate.Subject);
    }

    [Fact]
    public void Look_KeyOfAnotherCertificate_KeepsTheOldOneUntilBothFit()
    {
        _authority.Write(Certificate, Key, "one");
        using var files = Open();

        // Files are seldom changed at the same instant.
        _authority.Write(Certificate, Path.Combine(_folder.FullName, "other.key"), "two");
        _clock.Advance(CertificateFiles.Period);
        Assert.Equal("CN=one", files.Current.TargetCertificate.Subject);
        Assert.Contains(Key, files.Problem, StringComparison.Ordinal);

        File.Move(Path.Combine(_folder.FullName, "other.key"), Key, overwrite: true);
        _clock.Advance(CertificateFiles.Period);
        Assert.Equal("CN=two", files.Current.TargetCertificate.Subject);
        Assert.Null(files.Problem);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void Open_NoCertificate_NamesTheFile(string? text)
    {
        _authority.Write(Certificate, Key);
        if (text is null)
        {
            File.Delete(Certificate);
        }
        else
        {
            File.WriteAllText(Certificate, text);
        }

        var error = Assert.Throws<CertificateFilesException>(Open);

        Assert.Contains(Certificate, error.Message, StringComparison.Ordinal);
    }

    private CertificateFiles Open() => new(Certificate, Key, _clock, NullLogger.Instance);
}
