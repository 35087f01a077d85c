using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Quotas;

/// <summary>Quotas by REST and gRPC-Web: 429, Retry-After, RateLimit and RateLimit-Policy.</summary>
public sealed class HttpQuotaTests
{
    private const string Body = """{"prompts":[{"points":[{"x":3,"y":4}]},{"points":[{"x":5,"y":6}]}]}""";
    private const string Policy = "\"units\";q=40;w=40";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Path => $"/v1/images/{Requests.IdOf(Requests.File)}";

    [Fact]
    public async Task Answer_OfAnyRoute_HasTheQuotaAndWhatIsLeft()
    {
        await using var quotas = await QuotaHost.StartAsync();
        using var client = quotas.Host.Client();

        using var uploaded = await client.PostAsync("/v1/images", Http.Bytes(Requests.File), Cancel);
        using var segmented = await client.PostAsync($"{Path}:segment", Http.Json(Body), Cancel);
        using var picture = await client.GetAsync($"{Path}/mask?point=3,4", Cancel);
        using var described = await client.GetAsync(Path, Cancel);
        using var open = await client.GetAsync("/healthz", Cancel);

        Assert.Equal((Policy, "\"units\";r=36;t=1"), HeadersOf(uploaded));
        Assert.Equal((Policy, "\"units\";r=34;t=1"), HeadersOf(segmented));
        Assert.Equal((Policy, "\"units\";r=33;t=1"), HeadersOf(picture));
        Assert.Equal((Policy, "\"units\";r=33;t=1"), HeadersOf(described));
        Assert.False(open.Headers.Contains("RateLimit"));
    }

    [Fact]
    public async Task Refusal_OfAnyRoute_Is429AndSaysWhen()
    {
        await using var quotas = await QuotaHost.StartAsync();
        await quotas.SegmentAsync(6, isInline: true);
        quotas.Pass(QuotaHost.CheckRefusal(
            await Requests.FailsAsync(StatusCode.ResourceExhausted, () => quotas.SegmentAsync(30))));
        await quotas.SegmentAsync(30);
        using var client = quotas.Host.Client();

        HttpResponseMessage[] refused =
        [
            await client.PostAsync("/v1/images", Http.Bytes(Requests.OtherFile), Cancel),
            await client.PostAsync($"{Path}:segment", Http.Json(Body), Cancel),
            await client.GetAsync($"{Path}/mask?point=3,4", Cancel),
            await client.PostAsync($"{Path}:segmentEverything", Http.Json("""{"options":{"pointsPerSide":8}}"""), Cancel),
        ];

        foreach (var answer in refused)
        {
            var seconds = answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds;
            Assert.InRange(seconds, 1, 10);
            Assert.Equal((Policy, $"\"units\";r=0;t={seconds}"), HeadersOf(answer));
            QuotaHost.CheckRefusal(await Task.FromResult(answer).FailsAsync(429));
        }
    }

    [Fact]
    public async Task Refusal_OverGrpcWeb_HasReasonAndDelay()
    {
        await using var quotas = await QuotaHost.StartAsync();
        await quotas.SegmentAsync(6, isInline: true);
        using var channel = GrpcChannel.ForAddress(
            quotas.Host.Addresses.Http,
            new GrpcChannelOptions
            {
                HttpHandler = new GrpcWebHandler(GrpcWebMode.GrpcWeb, new HttpClientHandler()), HttpVersion = new(1, 1),
            });
        var client = new SegmentationService.SegmentationServiceClient(channel);

        QuotaHost.CheckRefusal(await Requests.FailsAsync(
            StatusCode.ResourceExhausted,
            async () => await client.SegmentAsync(QuotaHost.Request(7), cancellationToken: Cancel)));
    }

    [Fact]
    public async Task Answer_WithoutALimit_HasNoHeaders()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();

        using var uploaded = await client.PostAsync("/v1/images", Http.Bytes(Requests.File), Cancel);

        Assert.False(uploaded.Headers.Contains("RateLimit"));
        Assert.False(uploaded.Headers.Contains("RateLimit-Policy"));
    }

    [Fact]
    public async Task Usage_ByRestAndGrpc_IsTheSameAndCostsNothing()
    {
        await using var quotas = await QuotaHost.StartAsync();
        await quotas.SegmentAsync(2, isInline: true);
        using var client = quotas.Host.Client();

        var rest = await client.GetAsync("/v1/usage", Cancel).ReadAsync<Usage>();
        var rpc = await quotas.UsageAsync();

        Assert.Equal(rpc, rest);
        Assert.Equal("default", rest.Tenant);
        Assert.Equal((1, 40, 34, 6), (rest.Units.UnitsPerSecond, rest.Units.Burst, rest.Units.Available, rest.Units.UsedToday));
        Assert.Equal((4, 1, 0.0625, 2), (rest.Weights.Image, rest.Weights.Prompt, rest.Weights.Point, rest.Weights.Crop));
        Assert.Equal((0ul, false), (rest.Sessions.Used, rest.Sessions.HasLimit));
        Assert.Equal((0ul, 4ul), (rest.Searches.Used, rest.Searches.Limit));
        Assert.False(rest.BytesInFlight.HasLimit);
        Assert.Equal(0, await quotas.UsedAsync("other"));
    }

    private static (string Policy, string Limit) HeadersOf(HttpResponseMessage answer) =>
        (answer.Headers.GetValues("RateLimit-Policy").Single(), answer.Headers.GetValues("RateLimit").Single());
}
