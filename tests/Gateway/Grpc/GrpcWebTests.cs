using Google.Protobuf;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Grpc;

public sealed class GrpcWebTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(GrpcWebMode.GrpcWeb)]
    [InlineData(GrpcWebMode.GrpcWebText)]
    public async Task Segment_OverHttp1_AnswersAndFailsAsGrpcDoes(GrpcWebMode mode)
    {
        await using var host = await GatewayHost.StartAsync();
        using var channel = Channel(host, mode);
        var client = new SegmentationService.SegmentationServiceClient(channel);
        var request = new SegmentRequest
        {
            ImageData = ByteString.CopyFrom(Requests.File), Prompts = { Requests.Click(300, 200) },
        };

        var response = await client.SegmentAsync(request, cancellationToken: Cancel);
        request.Prompts[0].Points[0].X = 700;
        var status = await Requests.FailsAsync(
            StatusCode.InvalidArgument, async () => await client.SegmentAsync(request, cancellationToken: Cancel));

        Assert.Equal(3, response.Results[0].Masks.Count);
        Assert.Contains("prompts[0].points[0].x", status.Fields());
    }

    [Theory]
    [InlineData(GrpcWebMode.GrpcWeb)]
    [InlineData(GrpcWebMode.GrpcWebText)]
    public async Task Segment_LargeAnswer_IsTheSame(GrpcWebMode mode)
    {
        await using var host = await GatewayHost.StartAsync();
        await host.UploadAsync(Requests.File);
        using var channel = Channel(host, mode);
        var request = new SegmentRequest
        {
            ImageId = Requests.IdOf(Requests.File),
            Prompts = { Requests.Click(300, 200), Requests.Click(1, 2) },
            Output = new OutputOptions { Formats = { MaskFormat.Logits } },
        };

        var client = new SegmentationService.SegmentationServiceClient(channel);
        var response = await client.SegmentAsync(request, cancellationToken: Cancel);

        Assert.Equal(await host.Segmentation.SegmentAsync(request, cancellationToken: Cancel), response);
    }

    [Fact]
    public async Task Health_Watched_StreamsOverHttp1()
    {
        await using var host = await GatewayHost.StartAsync();
        using var channel = Channel(host, GrpcWebMode.GrpcWeb);
        using var watch = new global::Grpc.Health.V1.Health.HealthClient(channel).Watch(
            new global::Grpc.Health.V1.HealthCheckRequest(), cancellationToken: Cancel);

        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
    }

    private static GrpcChannel Channel(GatewayHost host, GrpcWebMode mode) => GrpcChannel.ForAddress(
        host.Addresses.Http,
        new GrpcChannelOptions
        {
            HttpHandler = new GrpcWebHandler(mode, new HttpClientHandler()), HttpVersion = new Version(1, 1),
        });
}
