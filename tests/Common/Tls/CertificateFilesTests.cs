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
