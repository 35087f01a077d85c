using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Tests.Shared;

namespace Segmentation.Gateway.Tests.Hosting;

/// <summary>The gateway with a certificate: browsers speak HTTP/2 with it then.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly CertificateFolder _files = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Banner_WithTls_ShowsTheSchemeAndNoPlaintext()
    {
        await using var host = await StartAsync();

        var banner = Assert.Single(host.Logs.Lines, line => line.Category.EndsWith("StartupBanner", StringComparison.Ordinal));

        Assert.Contains($"gRPC (HTTP/2)  https://127.0.0.1:{host.Addresses.Grpc.Port}/", banner.Text, StringComparison.Ordinal);
        Assert.Contains($"grpcurl {host.Addresses.Grpc.Authority}", banner.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1", "/v1/segment", false)]
    [InlineData("2.0", "/v1/segment", false)]
    [InlineData("2.0", "/v1/segment", true)]
    public async Task Request_OfAPageOfAnotherSite_ChangesNothing(string version, string path, bool isGrpcPort)
    {
        await using var host = await StartAsync();
        using var handler = Handler();
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(isGrpcPort ? host.Addresses.Grpc : host.Addresses.Http, path))
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent("{}"u8.ToArray()),
        };
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        request.Headers.Add("Origin", "https://elsewhere.example");

        using var response = await client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("ORIGIN_NOT_ALLOWED", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task LiveSession_OverTls_Opens(string version)
    {
        await using var host = await StartAsync();
        using var handler = Handler();
        using var invoker = new HttpMessageInvoker(handler);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        await socket.ConnectAsync(new Uri($"wss://{host.Addresses.Http.Authority}/v1/session"), invoker, Cancel);
        await socket.SendAsync("{}"u8.ToArray(), WebSocketMessageType.Text, true, Cancel);
        var answer = await socket.ReceiveAsync(new byte[4096], Cancel);

        Assert.True(answer.Count > 0);
    }

    private Task<GatewayHost> StartAsync() => GatewayHost.StartAsync(
        null,
        ("Segmentation:Endpoints:Tls:CertificateFile", _files.Certificate),
        ("Segmentation:Endpoints:Tls:KeyFile", _files.Key));

    private SocketsHttpHandler Handler() => new()
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { _files.Authority.Root },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };
}
