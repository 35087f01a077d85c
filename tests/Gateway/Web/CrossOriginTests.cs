using System.Net.WebSockets;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;

namespace Segmentation.Gateway.Tests.Web;

public sealed class CrossOriginTests
{
    private const string Friend = "https://app.example";
    private const string Stranger = "https://elsewhere.example";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", Friend, false)]
    [InlineData("https://app.example, http://localhost:5173", Friend, true)]
    [InlineData("https://app.example, http://localhost:5173", "http://localhost:5173", true)]
    [InlineData("https://app.example", Stranger, false)]
    [InlineData("*", Stranger, true)]
    public async Task Request_OfAPage_IsAllowedByOption(string origins, string origin, bool allowed)
    {
        await using var host = await GatewayHost.StartAsync(options: ("Segmentation:Cors:Origins", origins));
        using var client = host.Client();

        using var preflight = await client.SendAsync(
            Http.Request(
                HttpMethod.Options,
                "/v1/images",
                null,
                ("Origin", origin),
                ("Access-Control-Request-Method", "POST"),
                ("Access-Control-Request-Headers", "content-type,x-grpc-web")),
            Cancel);
        using var get = await client.SendAsync(Http.Request(HttpMethod.Get, "/v1/model", null, ("Origin", origin)), Cancel);

        Assert.Equal(allowed, preflight.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal(allowed, get.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal(
            allowed,
            get.Headers.TryGetValues("Access-Control-Expose-Headers", out var exposed)
                && string.Join(',', exposed).Contains("grpc-status-details-bin", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", null, true)]
    [InlineData("", "own", true)]
    [InlineData("", Stranger, false)]
    [InlineData("", "null", false)]
    [InlineData(Friend, Friend, true)]
    [InlineData(Friend, Stranger, false)]
    [InlineData("*", Stranger, true)]
    public async Task Session_OfAPage_IsAllowedFromTheServersOwnAndByOption(string origins, string? origin, bool allowed)
    {
        await using var host = await GatewayHost.StartAsync(options: ("Segmentation:Cors:Origins", origins));
        using var socket = new ClientWebSocket();
        if (origin is not null)
        {
            socket.Options.SetRequestHeader(
                "Origin", origin == "own" ? $"http://{host.Addresses.Http.Authority}" : origin);
        }

        var connecting = socket.ConnectAsync(new Uri($"ws://{host.Addresses.Http.Authority}/v1/session"), Cancel);

        await ((Task)connecting).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.Equal(allowed, connecting.IsCompletedSuccessfully);
    }

    /// <summary>Bodies that a page can send anywhere without asking first: a form, and bytes without a type.</summary>
    [Theory]
    [InlineData("", Stranger, "cross-site", false)]
    [InlineData("", "null", "cross-site", false)]
    [InlineData("", null, "cross-site", false)]
    [InlineData("", null, "same-site", false)]
    [InlineData("", null, null, true)]
    [InlineData("", null, "none", true)]
    [InlineData("", "own", "same-origin", true)]
    [InlineData(Friend, Friend, "cross-site", true)]
    [InlineData(Friend, Stranger, "cross-site", false)]
    [InlineData("*", Stranger, "cross-site", true)]
    public async Task Upload_OfAPage_IsAllowedFromTheServersOwnAndByOption(
        string origins, string? origin, string? site, bool allowed)
    {
        await using var host = await GatewayHost.StartAsync(options: ("Segmentation:Cors:Origins", origins));
        using var client = host.Client();
        using var form = new MultipartFormDataContent { { Http.Bytes(Requests.File, "image/png"), "image", "a.png" } };

        foreach (var content in new HttpContent[] { form, Http.Bytes(Requests.File, null) })
        {
            var request = Http.Request(HttpMethod.Post, "/v1/images", content);
            Add(request, "Origin", origin == "own" ? $"http://{host.Addresses.Http.Authority}" : origin);
            Add(request, "Sec-Fetch-Site", site);
            using var response = await client.SendAsync(request, Cancel);
            Assert.Equal(allowed ? 200 : 403, (int)response.StatusCode);
        }

        Assert.Equal(allowed, host.Store.Contains(Requests.KeyOf(Requests.File)));

        static void Add(HttpRequestMessage request, string name, string? value)
        {
            if (value is not null)
            {
                request.Headers.Add(name, value);
            }
        }
    }

    [Theory]
    [InlineData("/v1/model", "", "same-origin")]
    [InlineData("/v1/nothing", "", "same-origin")]
    [InlineData("/readyz", Friend, "same-origin")]
    [InlineData("/docs/index.html", "*", "cross-origin")]
    public async Task Answer_OfAnyPath_CannotBeShownByOtherPages(string path, string origins, string policy)
    {
        await using var host = await GatewayHost.StartAsync(options: ("Segmentation:Cors:Origins", origins));
        using var client = host.Client();

        using var response = await client.GetAsync(path, Cancel);

        Assert.Equal([policy], response.Headers.GetValues("Cross-Origin-Resource-Policy"));
        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
    }

    [Fact]
    public async Task Session_OfAStrangersPage_SaysWhichOptionAllowsIt()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();

        var refused = await client.SendAsync(
            Http.Request(
                HttpMethod.Get,
                "/v1/session",
                null,
                ("Origin", Stranger),
                ("Connection", "Upgrade"),
                ("Upgrade", "websocket"),
                ("Sec-WebSocket-Version", "13"),
                ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")),
            Cancel).FailsAsync(403);
        var plain = await client.GetAsync("/v1/session", Cancel).FailsAsync(400);

        Assert.Contains("Segmentation:Cors:Origins", refused.Message, StringComparison.Ordinal);
        Assert.Contains("WebSocket", plain.Message, StringComparison.Ordinal);
    }
}
