using System.Net;
using System.Text.Json;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Segmentation.Gateway.Tests.Fakes;

namespace Segmentation.Gateway.Tests.Hosting;

public sealed class EdgeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Banner_ShowsBoundAddressesAndLinesToTry()
    {
        await using var host = await GatewayHost.StartAsync();

        var banner = Assert.Single(host.Logs.Lines, line => line.Category.EndsWith("StartupBanner", StringComparison.Ordinal));

        Assert.Contains($"{host.Addresses.Grpc}", banner.Text, StringComparison.Ordinal);
        Assert.Contains($"{host.Addresses.Http}", banner.Text, StringComparison.Ordinal);
        Assert.Contains($"{host.Addresses.Operators}", banner.Text, StringComparison.Ordinal);
        Assert.Contains($"grpcurl -plaintext {host.Addresses.Grpc.Authority}", banner.Text, StringComparison.Ordinal);
        Assert.Contains($"curl {host.Addresses.Http}readyz", banner.Text, StringComparison.Ordinal);
        Assert.NotEqual(host.Addresses.Grpc.Port, host.Addresses.Http.Port);
        Assert.NotEqual(0, host.Addresses.Grpc.Port);
    }

    [Fact]
    public async Task Reflection_ListsTheServices()
    {
        await using var host = await GatewayHost.StartAsync();
        using var call = new ServerReflection.ServerReflectionClient(host.Channel)
            .ServerReflectionInfo(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" }, Cancel);

        Assert.True(await call.ResponseStream.MoveNext(Cancel));

        var services = call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name);
        Assert.Superset(
            new HashSet<string>
            {
                "segmentation.v1.ImageService", "segmentation.v1.SegmentationService", "grpc.health.v1.Health",
            },
            services.ToHashSet());
    }

    [Fact]
    public async Task Health_Grpc_AnswersPerService()
    {
        await using var host = await GatewayHost.StartAsync();
        var health = new Health.HealthClient(host.Channel);

        foreach (var service in new[] { "", "segmentation.v1.SegmentationService", "segmentation.v1.ImageService" })
        {
            var response = await health.CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: Cancel);
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, response.Status);
        }
    }

    [Fact]
    public async Task Health_Http_LivesAlsoWhenNotReady()
    {
        await using var host = await GatewayHost.StartAsync(services =>
            services.AddHealthChecks().AddCheck("silo", () => HealthCheckResult.Unhealthy("No silo.")));
        host.ErrorsExpected = true;
        using var client = new HttpClient { BaseAddress = host.Addresses.Http };
        using var operators = new HttpClient { BaseAddress = host.Addresses.Operators };

        using var live = await client.GetAsync("/healthz", Cancel);
        using var word = await client.GetAsync("/readyz", Cancel);
        using var ready = await operators.GetAsync("/readyz", Cancel);

        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal("Healthy", await live.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, word.StatusCode);
        Assert.Equal("Unhealthy", await word.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        using var report = JsonDocument.Parse(await ready.Content.ReadAsStringAsync(Cancel));
        var checks = report.RootElement.GetProperty("checks");
        Assert.Equal("No silo.", checks.GetProperty("silo").GetProperty("description").GetString());
        Assert.Equal("Healthy", checks.GetProperty("accepting").GetProperty("status").GetString());
    }

    [Fact]
    public async Task Root_SaysWhatThisIs()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = new HttpClient { BaseAddress = host.Addresses.Http };

        using var root = JsonDocument.Parse(await client.GetStringAsync("/", Cancel));

        Assert.Equal("Segmentation", root.RootElement.GetProperty("name").GetString());
        Assert.Equal(host.Addresses.Grpc, new Uri(root.RootElement.GetProperty("grpc").GetString()!));
    }

    [Fact]
    public async Task Upload_OfFiftyMegabytes_Passes()
    {
        await using var host = await GatewayHost.StartAsync();
        var file = new byte[50_000_000];

        var image = await host.UploadAsync(file, chunk: 1 << 20);

        Assert.Equal((ulong)file.Length, image.SizeBytes);
    }

    [Fact]
    public async Task Segment_InlineOfFiftyMegabytes_PassesAndOverTheLimitIsRefused()
    {
        await using var host = await GatewayHost.StartAsync();
        var request = new Protocol.V1.SegmentRequest
        {
            ImageData = Google.Protobuf.ByteString.CopyFrom(new byte[50_000_000]), Prompts = { Requests.Click(1, 1) },
        };

        var response = await host.Segmentation.SegmentAsync(request, cancellationToken: Cancel);
        request.ImageData = Google.Protobuf.ByteString.CopyFrom(new byte[(64 << 20) + 1]);
        var status = await Requests.FailsAsync(
            StatusCode.InvalidArgument,
            async () => await host.Segmentation.SegmentAsync(request, cancellationToken: Cancel));

        Assert.Equal(50_000_000u, response.Image.SizeBytes);
        Assert.Equal("IMAGE_TOO_LARGE", status.Reason());
    }
}
