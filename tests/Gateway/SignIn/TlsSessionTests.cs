using System.Security.Cryptography.X509Certificates;
using Segmentation.Gateway.Tests.Access;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Tests.Shared;

namespace Segmentation.Gateway.Tests.SignIn;

/// <summary>Sessions and headers over the server's own TLS, where browsers speak HTTP/2.</summary>
public sealed class TlsSessionTests : IDisposable
{
    private const string Name = "segmentation.test";

    private readonly KeyRingFile _keys = new();
    private readonly CertificateFolder _files = new(Name);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _keys.Dispose();
        _files.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task SignIn_OverTls_GivesACookieThatGoesOverTlsAndToThisHostOnly(int version)
    {
        var key = await _keys.AddAsync("anna");
        await using var host = await StartAsync();
        using var client = Client(host);

        using var answer = await SendAsync(client, version, "/v1/sign-in", Http.Json($$"""{"key":"{{key}}"}"""));

        Assert.Equal(200, (int)answer.StatusCode);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-segmentation-session=", cookie, StringComparison.Ordinal);
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("max-age=31536000", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
        using var named = await SendAsync(
            client, version, "/v1/images", Http.Bytes(Requests.File), ("Cookie", cookie[..cookie.IndexOf(';', StringComparison.Ordinal)]));
        using var renamed = await SendAsync(
            client,
            version,
            "/v1/images",
            Http.Bytes(Requests.File),
            ("Cookie", cookie[2..cookie.IndexOf(';', StringComparison.Ordinal)].Replace("Host-", "", StringComparison.Ordinal)));
        Assert.Equal((200, 401), ((int)named.StatusCode, (int)renamed.StatusCode));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task SignIn_ByAPageOfAnotherSite_IsRefusedOverHttp2Too(int version)
    {
        var key = await _keys.AddAsync("mallory");
        await using var host = await StartAsync();
        using var client = Client(host);

        using var signIn = await SendAsync(
            client, version, "/v1/sign-in", Http.Json($$"""{"key":"{{key}}"}"""), ("Origin", $"http://{Name}"));
        using var upload = await SendAsync(
            client,
            version,
            "/v1/images",
            Http.Bytes(Requests.File),
            ("Origin", "https://elsewhere.example"),
            ("Sec-Fetch-Site", "cross-site"));

        Assert.Equal((403, 403), ((int)signIn.StatusCode, (int)upload.StatusCode));
        Assert.False(signIn.Headers.Contains("Set-Cookie"));
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, int version, string path, HttpContent content, params (string Name, string Value)[] headers)
    {
        var request = Http.Request(HttpMethod.Post, path, content, headers);
        (request.Version, request.VersionPolicy) = (new Version(version, version == 1 ? 1 : 0), HttpVersionPolicy.RequestVersionExact);
        request.Headers.Host = Name;
        return await client.SendAsync(request, Cancel);
    }

    private Task<GatewayHost> StartAsync() => GatewayHost.StartAsync(options:
    [
        _keys.Option,
        ("Segmentation:Endpoints:Tls:CertificateFile", _files.Certificate),
        ("Segmentation:Endpoints:Tls:KeyFile", _files.Key),
    ]);

    private HttpClient Client(GatewayHost host)
    {
        var handler = new SocketsHttpHandler { UseCookies = false };
        handler.SslOptions.TargetHost = Name;
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(_files.Authorities);
        return new HttpClient(handler) { BaseAddress = new UriBuilder(host.Addresses.Http) { Scheme = "https" }.Uri };
    }
}
