using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Common.Tls;
using Segmentation.ServiceDefaults.Hosting;
using Segmentation.Tests.Shared;

namespace Segmentation.ServiceDefaults.Tests.Hosting;

public sealed class EndpointTlsTests : IDisposable
{
    private const string Tls = "Segmentation:Endpoints:Tls";

    private readonly CertificateFolder _files = new();
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    public async Task Port_WithACertificate_SpeaksTheVersionsThatWereNegotiated(bool isHttpPort, int version)
    {
        await using var app = await StartAsync();
        var addresses = app.Services.GetRequiredService<HostAddresses>();
        using var client = Client();
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(isHttpPort ? addresses.Http : addresses.Grpc, "/work"))
        {
            Version = new Version(version, version == 1 ? 1 : 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var response = await client.SendAsync(request, Cancel);

        Assert.Equal("https", addresses.Http.Scheme);
        Assert.Equal("https", addresses.Grpc.Scheme);
        Assert.Equal("http", addresses.Operators.Scheme);
        Assert.Equal(version, response.Version.Major);
        Assert.Equal("nobody", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task GrpcPort_ARequestOfHttp1OverTls_IsToldTheOtherPort()
    {
        await using var app = await StartAsync();
        var addresses = app.Services.GetRequiredService<HostAddresses>();
        using var client = Client();

        using var response = await client.GetAsync(new Uri(addresses.Grpc, "/work"), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"port {addresses.Http.Port}", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_ARequestWithoutTls_IsRefusedInWords()
    {
        await using var app = await StartAsync();
        var address = new UriBuilder(app.Services.GetRequiredService<HostAddresses>().Http) { Scheme = "http" }.Uri;
        using var client = new HttpClient();

        using var response = await client.GetAsync(address, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("use https", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GrpcPort_Http2WithoutTls_IsRefusedWithTheCodeForTooLittleSecurity()
    {
        await using var app = await StartAsync();
        var address = app.Services.GetRequiredService<HostAddresses>().Grpc;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Cancel);
        var stream = client.GetStream();

        // The beginning of a connection, and empty settings.
        await stream.WriteAsync((byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0], Cancel);
        using var answer = new MemoryStream();
        client.Client.Shutdown(SocketShutdown.Send);
        await stream.CopyToAsync(answer, Cancel);

        // Empty settings; the frame that ends the connection: its type, the last stream (none), the code.
        var frames = answer.ToArray();
        Assert.Equal([0, 0, 0, 4, 0, 0, 0, 0, 0], frames[..9]);
        Assert.Equal([7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xc], frames[12..26].Select(one => (int)one));
        Assert.Contains("use https", Encoding.ASCII.GetString(frames[26..]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_CertificateChanged_IsInForceForNewConnectionsAndOldOnesGoOn()
    {
        await using var app = await StartAsync();
        var address = new Uri(app.Services.GetRequiredService<HostAddresses>().Http, "/work");
        List<string> seen = [];
        using var before = Client(seen: seen);
        Assert.Equal("nobody", await before.GetStringAsync(address, Cancel));

        _files.Issue("changed");
        _clock.Advance(CertificateFiles.Period);
        using var after = Client(seen: seen);
        Assert.Equal("nobody", await after.GetStringAsync(address, Cancel));
        Assert.Equal("nobody", await before.GetStringAsync(address, Cancel));

        Assert.Equal(["CN=localhost", "CN=changed"], seen);
    }

    [Fact]
    public async Task Port_WithoutClientAuthorities_AsksForNoCertificate()
    {
        await using var app = await StartAsync();
        using var certificate = _files.Client("robot");
        using var client = Client(certificate);

        Assert.Equal("nobody", await client.GetStringAsync(WorkOf(app), Cancel));
    }

    [Fact]
    public async Task Port_WithClientAuthorities_ShowsTheCertificateToTheHostAndNeedsNone()
    {
        await using var app = await StartAsync(($"{Tls}:ClientAuthoritiesFile", _files.Authorities));
        using var certificate = _files.Client("robot");
        using var robot = Client(certificate);
        using var nobody = Client();

        Assert.Equal("CN=robot", await robot.GetStringAsync(WorkOf(app), Cancel));
        Assert.Equal("nobody", await nobody.GetStringAsync(WorkOf(app), Cancel));
    }

    [Fact]
    public async Task Port_ACertificateOfAForeignAuthority_IsRefusedInWords()
    {
        await using var app = await StartAsync(($"{Tls}:ClientAuthoritiesFile", _files.Authorities));
        using var certificate = _files.Client("stranger", _files.Foreign);
        using var stranger = Client(certificate);

        using var response = await stranger.GetAsync(WorkOf(app), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(
            "The certificate CN=stranger is not believed", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KeyFile", "", "Segmentation:Endpoints:Tls:KeyFile is ''; it must be set together with CertificateFile.")]
    [InlineData("KeyFile", "/nowhere/tls.key", "'/nowhere/tls.key' cannot be read")]
    [InlineData("ClientAuthoritiesFile", "/nowhere/ca.crt", "'/nowhere/ca.crt' cannot be read")]
    public async Task Start_FilesThatCannotBeUsed_AreNamed(string key, string value, string expected)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(($"{Tls}:{key}", value)));

        Assert.True(error is OptionsValidationException or CertificateFilesException, $"{error}");
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ClientAuthoritiesWithoutACertificate_AreRefused()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(
            ($"{Tls}:CertificateFile", ""), ($"{Tls}:KeyFile", ""), ($"{Tls}:ClientAuthoritiesFile", _files.Authorities)));

        Assert.Contains("ClientAuthoritiesFile", error.Message, StringComparison.Ordinal);
    }

    private static Uri WorkOf(WebApplication app) =>
        new(app.Services.GetRequiredService<HostAddresses>().Http, "/work");

    private HttpClient Client(X509Certificate2? certificate = null, List<string>? seen = null) => new(
        new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = certificate is null ? null : [certificate],
                LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { _files.Authority.Root },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
                RemoteCertificateValidationCallback = (_, server, _, errors) =>
                {
                    seen?.Add(server!.Subject);
                    return errors == SslPolicyErrors.None;
                },
            },
        });

    private async Task<WebApplication> StartAsync(params (string Key, string Value)[] options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration[$"{Tls}:CertificateFile"] = _files.Certificate;
        builder.Configuration[$"{Tls}:KeyFile"] = _files.Key;
        foreach (var (key, value) in options)
        {
            builder.Configuration[key] = value;
        }

        builder.Services.AddSingleton<TimeProvider>(_clock);
        builder.Services.AddEndpoints(grpcPort: 0, httpPort: 0);
        var app = builder.Build().UseOperatorPort();
        app.MapGet("/work", (HttpContext context) => context.Connection.ClientCertificate?.Subject ?? "nobody");
        await app.StartAsync(Cancel);
        return app;
    }
}
