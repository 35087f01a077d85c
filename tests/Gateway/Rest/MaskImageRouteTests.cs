using System.Net;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Grains;
using Segmentation.Masks;

namespace Segmentation.Gateway.Tests.Rest;

public sealed class MaskImageRouteTests
{
    private const string Click = """{"prompts": [{"points": [{"x": 300, "y": 200}]}, {"points": [{"x": 1, "y": 1}]}]}""";

    /// <summary>What the fake grain gives for a picture.</summary>
    private static readonly byte[] _picture = [137, 80, 78, 71];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Path => $"/v1/images/{Requests.IdOf(Requests.File)}";

    [Fact]
    public async Task Post_AcceptsPng_IsTheBestMaskOfTheFirstPrompt()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        await host.UploadAsync(Requests.File);
        var inline = $$"""{"imageData": "{{Convert.ToBase64String(Requests.File)}}", {{Click[1..]}}""";

        foreach (var (path, body) in new[] { ($"{Path}:segment", Click), ("/v1/segment", inline) })
        {
            using var response = await client.SendAsync(
                Http.Request(HttpMethod.Post, path, Http.Json(body), ("Accept", "image/png")), Cancel);

            Assert.Equal("image/png", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal(_picture, await response.Content.ReadAsByteArrayAsync(Cancel));
            Assert.Contains("Accept", response.Headers.Vary);
        }

        Assert.All(host.Grain.Requests, sent =>
        {
            Assert.Equal(MaskForms.Png, sent.Request.Forms);
            Assert.Equal(300, Assert.Single(sent.Request.Prompts).Points[0].X);
        });
    }

    [Theory]
    [InlineData("image/png", "image/png")]
    [InlineData("image/*;q=0.5", "image/png")]
    [InlineData("image/png;q=0.5, application/json", "application/json")]
    [InlineData("application/json", "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("image/png;q=0", "application/json")]
    [InlineData("text/html", "application/json")]
    public async Task Post_Accept_ChoosesTheForm(string accept, string expected)
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        await host.UploadAsync(Requests.File);

        using var response = await client.SendAsync(
            Http.Request(HttpMethod.Post, $"{Path}:segment", Http.Json(Click), ("Accept", accept)), Cancel);

        Assert.Equal(expected, response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Post_AcceptsPng_ErrorsAreJson()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();

        Task<HttpResponseMessage> Send(HttpContent body) => client.SendAsync(
            Http.Request(HttpMethod.Post, $"{Path}:segment", body, ("Accept", "image/png")), Cancel);

        var missing = await Send(Http.Json(Click)).FailsAsync(404);
        var unread = await Send(Http.Json("{")).FailsAsync(400);
        var other = await Send(Http.Bytes(Requests.File)).FailsAsync(415);

        Assert.Equal("IMAGE_NOT_FOUND", missing.Reason());
        Assert.Equal("INVALID_JSON", unread.Reason());
        Assert.Equal("UNSUPPORTED_MEDIA_TYPE", other.Reason());
    }

    [Fact]
    public async Task Get_PointsAndBox_AreThePrompt()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        await host.UploadAsync(Requests.File);

        using var response = await client.GetAsync(
            $"{Path}/mask?point=300,200.5&point=10,20,0&point=11,21,1&box=1,2,300,400", Cancel);

        Assert.Equal(_picture, await response.Content.ReadAsByteArrayAsync(Cancel));
        var prompt = Assert.Single(host.Grain.Requests).Request.Prompts[0];
        Assert.Equal(
            [new PointData(300, 200.5f, true), new PointData(10, 20, false), new PointData(11, 21, true)], prompt.Points);
        Assert.Equal(new BoxData(1, 2, 300, 400), prompt.Box);
    }

    [Fact]
    public async Task Get_SameQueryAgainWithItsTag_IsNotModified()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        await host.UploadAsync(Requests.File);
        using var first = await client.GetAsync($"{Path}/mask?point=3,2", Cancel);

        using var again = await client.SendAsync(
            Http.Request(HttpMethod.Get, $"{Path}/mask?point=3,2", null, ("If-None-Match", $"{first.Headers.ETag}")),
            Cancel);

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Theory]
    [InlineData("point=1", "point[0]")]
    [InlineData("point=1,2&point=a,b", "point[1]")]
    [InlineData("point=1,2,3", "point[0]")]
    [InlineData("box=1,2,3", "box")]
    [InlineData("box=1,2,3,4&box=1,2,3,4", "box")]
    [InlineData("points=1,2", "'points'")]
    [InlineData("", "prompts[0]")]
    [InlineData("point=700,1", "prompts[0].points[0].x")]
    public async Task Get_WrongQuery_NamesThePart(string query, string field)
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        await host.UploadAsync(Requests.File);

        var status = await client.GetAsync($"{Path}/mask?{query}", Cancel).FailsAsync(400);

        Assert.Contains(field, status.Fields());
    }

    [Fact]
    public async Task GetEmbedding_AcceptsBytes_AreTheStoredOnesWithATag()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        await host.UploadAsync(Requests.File);

        Task<HttpResponseMessage> Get(string tag) => client.SendAsync(
            Http.Request(
                HttpMethod.Get,
                $"{Path}/embedding",
                null,
                ("Accept", "application/octet-stream"),
                ("If-None-Match", tag)),
            Cancel);

        using var first = await Get("\"none\"");
        using var again = await Get($"{first.Headers.ETag}");
        using var json = await client.GetAsync($"{Path}/embedding", Cancel);
        host.Store.Clear();
        var gone = await Get($"{first.Headers.ETag}").FailsAsync(404);

        Assert.Equal(2_097_152, (await first.Content.ReadAsByteArrayAsync(Cancel)).Length);
        Assert.Equal("application/octet-stream", first.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal("application/json", json.Content.Headers.ContentType?.MediaType);
        Assert.NotEqual(first.Headers.ETag, json.Headers.ETag);
        Assert.Equal("IMAGE_NOT_FOUND", gone.Reason());
    }
}
