using System.Net;
using System.Net.WebSockets;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;

namespace Segmentation.Gateway.Tests.Web;

public sealed class AllowedHostsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("localhost:7081", true)]
    [InlineData("LOCALHOST.", true)]
    [InlineData("studio.localhost", true)]
    [InlineData("127.0.0.1:1", true)]
    [InlineData("192.168.1.20:7081", true)]
    [InlineData("[::1]:7081", true)]
    [InlineData("rebound.example", false)]
    [InlineData("localhost.rebound.example", false)]
    [InlineData("notlocalhost", false)]
    [InlineData("127.0.0.1.rebound.example", false)]
    public async Task Request_ByDefault_IsAnsweredUnderLocalNamesAndAddresses(string name, bool allowed) =>
        Assert.Equal(allowed, await IsAnsweredAsync(name));

    [Theory]
    [InlineData("app.example", true)]
    [InlineData("app.example:443", true)]
    [InlineData("one.team.example", true)]
    [InlineData("team.example", false)]
    [InlineData("pages.example", true)]
    [InlineData("other.example", false)]
    public async Task Request_WithOptions_IsAnsweredUnderTheNamesListed(string name, bool allowed) => Assert.Equal(
        allowed,
        await IsAnsweredAsync(
            name,
            ("Segmentation:Hosts:Allowed", "app.example, *.team.example"),
            ("Segmentation:Cors:Origins", "https://pages.example:8443")));

    [Theory]
    [InlineData("Segmentation:Hosts:Allowed")]
    [InlineData("Segmentation:Cors:Origins")]
    public async Task Request_WhereAllAreAllowed_IsAnsweredUnderAnyName(string option) =>
        Assert.True(await IsAnsweredAsync("anything.example", (option, "*")));

    [Fact]
    public async Task Request_OfThisMachinesName_IsAnswered() => Assert.True(await IsAnsweredAsync(Environment.MachineName));

    [Fact]
    public async Task Session_OfARebindingPage_IsRefused()
    {
        await using var host = await GatewayHost.StartAsync();
        using var socket = new ClientWebSocket();

        // What such a page sends: its own name as the host, and as the origin.
        socket.Options.SetRequestHeader("Host", "rebound.example");
        socket.Options.SetRequestHeader("Origin", "http://rebound.example");

        await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ConnectAsync(new Uri($"ws://{host.Addresses.Http.Authority}/v1/session"), Cancel));
    }

    [Theory]
    [InlineData("https://app.example")]
    [InlineData("app.example:443")]
    [InlineData("app..example")]
    public async Task Option_ThatIsNoName_EndsTheStart(string value)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(
            () => GatewayHost.StartAsync(options: ("Segmentation:Hosts:Allowed", value)));

        Assert.Contains($"Segmentation:Hosts:Allowed is '{value}'", error.Message, StringComparison.Ordinal);
    }

    private static async Task<bool> IsAnsweredAsync(string name, params (string Key, string Value)[] options)
    {
        await using var host = await GatewayHost.StartAsync(options: options);
        using var client = host.Client();
        using var request = Http.Request(HttpMethod.Get, "/v1/model");
        request.Headers.Host = name;

        using var response = await client.SendAsync(request, Cancel);

        if (response.StatusCode == HttpStatusCode.Forbidden)
        {
            var text = await response.Content.ReadAsStringAsync(Cancel);
            Assert.Contains("HOST_NOT_ALLOWED", text, StringComparison.Ordinal);
            Assert.Contains("Segmentation:Hosts:Allowed", text, StringComparison.Ordinal);
            return false;
        }

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return true;
    }
}
