namespace Segmentation.Security.Tests;

/// <summary>Pages of other sites, in the browser of somebody who may use the server.</summary>
public sealed class OriginTests(SecuredStandalone server) : IClassFixture<SecuredStandalone>
{
    private const string WebSocket =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Foreign => new()
    {
        "http://stranger.example",
        "null",
        "file://",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://{host}.stranger.example",
        "http://stranger.example/{host}",
        "http://{host}@stranger.example",
        "http://stranger.example#{host}",
        "{host}",
    };

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task WebSocket_OfAForeignPage_IsRefusedWithARightKeyToo(string origin)
    {
        var head = $"GET /v1/session HTTP/1.1\r\nHost: {server.Http.Authority}\r\n{WebSocket}\r\nOrigin: {Filled(origin)}";

        var holder = await RawConnection.AskAsync(server.Http, $"{head}\r\nx-api-key: {server.Keys.OfAnna}", Cancel);
        var stranger = await RawConnection.AskAsync(server.Http, head, Cancel);

        Assert.Equal((403, "ORIGIN_NOT_ALLOWED"), (holder.Status, ReasonOf(holder)));
        Assert.Equal((401, "CREDENTIAL_MISSING"), (stranger.Status, ReasonOf(stranger)));
    }

    [Fact]
    public async Task WebSocket_OfTheServersOwnPage_IsOpenedForAKey()
    {
        var answer = await RawConnection.AskAsync(
            server.Http,
            $"GET /v1/session HTTP/1.1\r\nHost: {server.Http.Authority}\r\n{WebSocket}\r\n"
                + $"Origin: http://{server.Http.Authority}\r\nx-api-key: {server.Keys.OfAnna}",
            Cancel);

        Assert.Equal(101, answer.Status);
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task Change_ByAForeignPage_IsRefusedWithARightKeyToo(string origin)
    {
        foreach (var (method, path) in new[] { ("POST", "/v1/images"), ("POST", "/v1/segment"), ("DELETE", "/v1/images/x") })
        {
            foreach (var site in new[] { "", "\r\nSec-Fetch-Site: cross-site", "\r\nSec-Fetch-Site: same-site" })
            {
                var answer = await RawConnection.AskAsync(
                    server.Http,
                    $"{method} {path} HTTP/1.1\r\nHost: {server.Http.Authority}\r\nx-api-key: {server.Keys.OfAnna}\r\n"
                        + $"Content-Length: 1000000\r\nExpect: 100-continue\r\nOrigin: {Filled(origin)}{site}",
                    Cancel);

                Assert.Equal((403, "ORIGIN_NOT_ALLOWED"), (answer.Status, ReasonOf(answer)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task Answer_ToAForeignPage_MayNotBeReadByIt(string origin)
    {
        var preflight = await RawConnection.AskAsync(
            server.Http,
            $"OPTIONS /v1/segment HTTP/1.1\r\nHost: {server.Http.Authority}\r\nOrigin: {Filled(origin)}\r\n"
                + "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: x-api-key",
            Cancel);
        var read = await RawConnection.AskAsync(
            server.Http,
            $"GET /v1/model HTTP/1.1\r\nHost: {server.Http.Authority}\r\nx-api-key: {server.Keys.OfAnna}\r\n"
                + $"Origin: {Filled(origin)}",
            Cancel);

        Assert.Null(preflight.Header("access-control-allow-origin"));
        Assert.Null(read.Header("access-control-allow-origin"));
        Assert.Equal("same-origin", read.Header("cross-origin-resource-policy"));
        Assert.Equal("nosniff", read.Header("x-content-type-options"));
    }

    private static string ReasonOf(RawAnswer answer) => EndpointAnswer.OfRest(answer.Status, null, answer.Body).Reason;

    private string Filled(string origin) => origin.Replace("{host}", server.Http.Authority, StringComparison.Ordinal);
}
