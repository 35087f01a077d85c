using System.Globalization;

namespace Segmentation.Security.Tests;

/// <summary>
/// Routes spelled otherwise, and asked by other methods and protocols: no way around the check of callers.
/// </summary>
public sealed class PathTests(SecuredStandalone server) : IClassFixture<SecuredStandalone>
{
    private static readonly string[] _methods =
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get"];

    private static readonly string[] _openPaths = ["/v1/server", "/v1/sign-", "/grpc.health.", "/grpc.reflection."];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Route_SpelledOtherwise_IsAnsweredToNoStrangerAndToNobodyWithoutItsScope()
    {
        List<string> answered = [];
        foreach (var endpoint in await ClosedAsync())
        {
            string?[] keys = ServedEndpoints.OfAnyCaller.Contains(endpoint.Path) ? [null] : [null, server.Keys.WithoutScopes];
            foreach (var path in Spellings(endpoint.Path))
            {
                foreach (var key in keys)
                {
                    var answer = await AskAsync(endpoint.Method, path, key);
                    if (answer.Status is > 0 and < 400)
                    {
                        answered.Add($"{endpoint.Method} {path}: {answer.Status}");
                    }
                }
            }
        }

        Assert.Empty(answered);
    }

    [Fact]
    public async Task Route_AskedByAnotherMethod_IsAnsweredToNoStranger()
    {
        List<string> answered = [];
        foreach (var path in (await ClosedAsync()).Select(endpoint => endpoint.Path).Distinct())
        {
            foreach (var method in _methods)
            {
                var answer = await AskAsync(method, path, null);
                if (answer.Status is < 400 or >= 500 and not 501)
                {
                    answered.Add($"{method} {path}: {answer.Status}");
                }
            }
        }

        Assert.Empty(answered);
    }

    [Theory]
    [InlineData("GET /v1/model HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__", 401)]
    [InlineData("GET /v1/model HTTP/1.0", 401)]
    [InlineData("GET http://{host}/v1/model HTTP/1.1\r\nHost: {host}", 401)]
    [InlineData("GET http://elsewhere.example/v1/model HTTP/1.1\r\nHost: {host}", 400)]
    [InlineData("CONNECT {host} HTTP/1.1\r\nHost: {host}", 405)]
    [InlineData("CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: elsewhere.example:443", 403)]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: {host}", 405)]
    [InlineData("GET /v1/model HTTP/1.1\r\nHost: elsewhere.example", 403)]
    [InlineData("GET /v1/model HTTP/9.9\r\nHost: {host}", 505)]
    [InlineData("GET /v1/model", 505)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM", 0)]
    public async Task Request_OfAnotherForm_IsRefused(string head, int status)
    {
        var answer = await RawConnection.AskAsync(
            server.Http, head.Replace("{host}", server.Http.Authority, StringComparison.Ordinal), Cancel);

        Assert.Equal(status, answer.Status);
    }

    /// <summary>Figures of all tenants are for operators: a port of their own has them.</summary>
    [Theory]
    [InlineData("/metrics")]
    [InlineData("/Metrics/")]
    [InlineData("//metrics")]
    [InlineData("/docs/../metrics")]
    public async Task Metrics_OnThePublicPort_AreThereForNobody(string path)
    {
        foreach (var key in new[] { null, server.Keys.OfAnna })
        {
            var answer = await AskAsync("GET", path, key);

            Assert.Equal(404, answer.Status);
            Assert.DoesNotContain("segmentation_", answer.Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Health_OnThePublicPort_IsAWord(string path)
    {
        var answer = await AskAsync("GET", path, null);

        Assert.Equal(200, answer.Status);
        Assert.Matches("^[A-Za-z]+$", answer.Body);
    }

    [Fact]
    public async Task GrpcPort_AskedInHttp1_AnswersNothing()
    {
        var answer = await RawConnection.AskAsync(
            server.Grpc,
            $"GET /v1/model HTTP/1.1\r\nHost: {server.Grpc.Authority}\r\nx-api-key: {server.Keys.OfAnna}",
            Cancel);

        Assert.Equal(400, answer.Status);
    }

    private static IEnumerable<string> Spellings(string path)
    {
        var last = path.TrimEnd('/').LastIndexOf('/') + 1;
        var encoded = string.Create(CultureInfo.InvariantCulture, $"%{(int)path[last]:x2}");
        return
        [
            path,
            path.ToUpperInvariant(),
            $"{path}/",
            $"{path}//",
            $"/{path}",
            path.Insert(last, "/"),
            path.Insert(last, "./"),
            path.Insert(last, "x/../"),
            path.Insert(last, "%2e%2e/"),
            $"/healthz/..{path}",
            $"/docs/..{path}",
            $"/docs/%2e%2e{path}",
            $"/assets/..%2f{path[1..]}",
            path.Remove(last - 1, 1).Insert(last - 1, "%2f"),
            path.Remove(last - 1, 1).Insert(last - 1, "%5c"),
            path.Remove(last - 1, 1).Insert(last - 1, "\\"),
            path.Remove(last, 1).Insert(last, encoded),
            $"{path};x=1",
            $"{path}%00",
            $"{path}%20",
            $"{path}.json",
            $"{path}?x=/healthz",
            $"{path}%3f",
            $"{path}#/healthz",
        ];
    }

    private async Task<IReadOnlyList<Endpoint>> ClosedAsync() =>
    [
        .. (await ServedEndpoints.OfAsync(server, Cancel))
            .Where(endpoint => endpoint.Way is Way.Rest or Way.GrpcWeb)
            .Where(endpoint => !_openPaths.Any(open => endpoint.Path.StartsWith(open, StringComparison.Ordinal))),
    ];

    private Task<RawAnswer> AskAsync(string method, string path, string? key)
    {
        var head = $"{method} {path} HTTP/1.1\r\nHost: {server.Http.Authority}";
        head += key is null ? "" : $"\r\nx-api-key: {key}";
        head += method is "POST" or "PUT" or "PATCH" ? "\r\nContent-Type: application/json\r\nContent-Length: 2" : "";
        return RawConnection.AskAsync(server.Http, head, Cancel);
    }
}
