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
