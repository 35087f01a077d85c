using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Segmentation.Common.Tls;
using Segmentation.Tests.Shared;

namespace Segmentation.Common.Tests.Tls;

public sealed class ClusterTlsTests : IDisposable
{
    private const string Tls = "Segmentation:Cluster:Tls";

    private readonly CertificateFolder _files = new("segmentation");

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Open_NothingSet_IsOff()
    {
        using var services = Services();

        Assert.False(services.GetRequiredService<ClusterTls>().IsOn);
    }

    [Fact]
    public void Open_AllFiles_IsOn()
    {
        using var services = Services(All);

        Assert.True(services.GetRequiredService<ClusterTls>().IsOn);
    }

    [Theory]
    [InlineData("CertificateFile")]
    [InlineData("KeyFile")]
    [InlineData("AuthoritiesFile")]
    public void Open_AFileIsMissing_NamesItsOption(string missing)
    {
        using var services = Services([.. All.Where(one => one.Key != $"{Tls}:{missing}")]);

        var error = Assert.Throws<OptionsValidationException>(services.GetRequiredService<ClusterTls>);

        Assert.StartsWith($"{Tls}:{missing} is ''", Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ACertificateThatOthersWouldRefuse_IsFoundAtStart()
    {
        _files.Issue("elsewhere");
        using var services = Services(All);

        var error = Assert.Throws<CertificateFilesException>(services.GetRequiredService<ClusterTls>);

        Assert.Contains(_files.Certificate, error.Message, StringComparison.Ordinal);
        Assert.Contains("does not carry the DNS name 'segmentation'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AClusterIdThatIsNoDnsName_IsRefused()
    {
        using var services = Services([.. All, ("Segmentation:Cluster:Id", "my cluster")]);

        var error = Assert.Throws<OptionsValidationException>(services.GetRequiredService<ClusterTls>);

        Assert.StartsWith("Segmentation:Cluster:Id is 'my cluster'", Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    private (string Key, string Value)[] All =>
    [
        ($"{Tls}:CertificateFile", _files.Certificate), ($"{Tls}:KeyFile", _files.Key),
        ($"{Tls}:AuthoritiesFile", _files.Authorities),
    ];

    private static ServiceProvider Services(params (string Key, string Value)[] settings) => new ServiceCollection()
        .AddLogging()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(one => one.Key, one => (string?)one.Value)).Build())
        .AddClusterTls()
        .BuildServiceProvider();
}
