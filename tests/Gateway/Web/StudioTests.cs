using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Gateway.Web;

namespace Segmentation.Gateway.Tests.Web;

public sealed class StudioTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("studio");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Files_AreServedIsolatedAndCachedByName()
    {
        await using var host = await StartAsync();
        using var client = host.Client();

        using var index = await client.GetAsync("/", Cancel);
        using var script = await client.GetAsync("/assets/index-1a2b3c.js", Cancel);
        using var module = await client.GetAsync("/assets/decode-1a2b3c.wasm", Cancel);

        Assert.Equal("<p>Studio</p>", await index.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("text/html", index.Content.Headers.ContentType?.MediaType);
        Assert.Equal("text/javascript", script.Content.Headers.ContentType?.MediaType);
        Assert.Equal("application/wasm", module.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no-cache", $"{index.Headers.CacheControl}");
        Assert.Contains("immutable", $"{script.Headers.CacheControl}", StringComparison.Ordinal);
        Assert.All([index, script, module], response =>
        {
            Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Cross-Origin-Opener-Policy")));
            Assert.Equal("require-corp", Assert.Single(response.Headers.GetValues("Cross-Origin-Embedder-Policy")));
            Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Cross-Origin-Resource-Policy")));
            Assert.Contains(
                "'wasm-unsafe-eval'",
                Assert.Single(response.Headers.GetValues("Content-Security-Policy")),
                StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Files_HideNeitherApiNorErrors()
    {
        await using var host = await StartAsync();
        using var client = host.Client();

        using var model = await client.GetAsync("/v1/model", Cancel);
        var missing = await client.GetAsync("/assets/missing.js", Cancel).FailsAsync(404);

        Assert.Equal(HttpStatusCode.OK, model.StatusCode);
        Assert.Equal("NO_SUCH_PATH", missing.Reason());
    }

    [Theory]
    [InlineData("/", true)]
    [InlineData("/assets/index-1a2b3c.js", true)]
    [InlineData("/v1/model", true)]
    [InlineData("/v1/model/graphs/mask", false)]
    [InlineData("/v1/images/{0}/embedding", false)]
    [InlineData("/v1/images/{0}/mask?point=1,1", false)]
    public async Task Answer_AcceptsGzip_IsCompressedWhereItPays(string path, bool expected)
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        await host.UploadAsync(Requests.File);

        using var response = await client.SendAsync(
            Http.Request(
                HttpMethod.Get,
                string.Format(null, path, Requests.IdOf(Requests.File)),
                null,
                ("Accept-Encoding", "gzip")),
            Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, response.Content.Headers.ContentEncoding.Contains("gzip"));
    }

    private Task<GatewayHost> StartAsync()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "index.html"), "<p>Studio</p>");
        var assets = _folder.CreateSubdirectory("assets").FullName;
        File.WriteAllText(Path.Combine(assets, "index-1a2b3c.js"), "export {};");
        File.WriteAllBytes(Path.Combine(assets, "decode-1a2b3c.wasm"), [0, 97, 115, 109]);
        return GatewayHost.StartAsync(services => services.AddSingleton(new StudioFolder(_folder.FullName)));
    }
}
