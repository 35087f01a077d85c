using Google.Protobuf;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Gateway.Tests.WebSockets;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Contract;

/// <summary>
/// A label of 0 means outside in SAM's own input and was foreground here: set explicitly it is refused, in each form.
/// </summary>
public sealed class PointLabelsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Path => $"/v1/images/{Requests.IdOf(Requests.File)}";

    public static TheoryData<int, string> Refused { get; } = new()
    {
        { 0, "0 means outside elsewhere" }, { 3, "2 and 3 are the corners of a box" }, { -1, "POINT_LABEL_BACKGROUND" },
    };

    /// <summary>
    /// As clients wrote points before the field had presence, and as those write them that set each field.
    /// </summary>
    [Fact]
    public void Wire_OfAPoint_IsTheSameAsBefore()
    {
        Assert.Equal([0x0D, 0, 0, 0x80, 0x3F], new Point { X = 1 }.ToByteArray());
        Assert.Equal([0x18, 2], new Point { Label = PointLabel.Background }.ToByteArray());
        Assert.False(Point.Parser.ParseFrom([0x0D, 0, 0, 0x80, 0x3F]).HasLabel);
        Assert.True(Point.Parser.ParseFrom([0x18, 0]).HasLabel);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Segment_LabelThatIsNone_SaysWhatToSend(int label, string words)
    {
        await using var host = await GatewayHost.StartAsync();
        await host.UploadAsync(Requests.File);
        using var web = GrpcChannel.ForAddress(
            host.Addresses.Http,
            new GrpcChannelOptions
            {
                HttpHandler = new GrpcWebHandler(new HttpClientHandler()), HttpVersion = new Version(1, 1),
            });
        var request = new SegmentRequest { ImageId = Requests.IdOf(Requests.File), Prompts = { Click(label) } };

        var grpc = await Requests.FailsAsync(StatusCode.InvalidArgument, async () =>
            await host.Segmentation.SegmentAsync(request, cancellationToken: Cancel));
        var grpcWeb = await Requests.FailsAsync(StatusCode.InvalidArgument, async () =>
            await new SegmentationService.SegmentationServiceClient(web).SegmentAsync(request, cancellationToken: Cancel));

        Assert.Contains(words, grpc.Fields()["prompts[0].points[0].label"], StringComparison.Ordinal);
        Assert.Contains(words, grpcWeb.Fields()["prompts[0].points[0].label"], StringComparison.Ordinal);
        Assert.Empty(host.Grain.Requests);
    }

    [Theory]
    [InlineData("0", "0 means outside elsewhere")]
    [InlineData("\"POINT_LABEL_UNSPECIFIED\"", "0 means outside elsewhere")]
    [InlineData("2", "2 and 3 are the corners of a box")]
    [InlineData("3", "2 and 3 are the corners of a box")]
    [InlineData("\"LABEL_UNSPECIFIED\"", "POINT_LABEL_FOREGROUND")]
    public async Task Rest_LabelThatIsNone_SaysWhatToSend(string label, string words)
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        await host.UploadAsync(Requests.File);
        var body = "{\"prompts\": [{\"points\": [{\"x\": 300, \"y\": 200, \"label\": " + label + "}]}]}";

        var status = await client.PostAsync($"{Path}:segment", Http.Json(body), Cancel).FailsAsync(400);

        Assert.Contains(words, status.Message, StringComparison.Ordinal);
        Assert.Contains("prompts[0].points[0].label", status.Message, StringComparison.Ordinal);
        Assert.Empty(host.Grain.Requests);
    }

    [Theory]
    [InlineData("300,200,2")]
    [InlineData("300,200,3")]
    public async Task Query_CornerOfABox_SaysToSendABox(string point)
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        await host.UploadAsync(Requests.File);

        var status = await client.GetAsync($"{Path}/mask?point={point}", Cancel).FailsAsync(400);

        Assert.Contains("send a box: box=x0,y0,x1,y1", status.Fields()["point[0]"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_LabelZero_IsRefusedInBothForms_AndTheSessionGoesOn()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = await WebSocketClient.ConnectAsync(host);
        await client.OpenAsync();
        await client.NextAsync();

        await client.SendAsync(new StreamPrompt { Sequence = 1, Prompt = Click(0) });
        var binary = await client.NextAsync();
        await client.SendAsync("""{"prompt": {"sequence": 2, "prompt": {"points": [{"x": 1, "y": 1, "label": 0}]}}}""");
        var text = await client.NextAsync();
        await client.SendAsync("""{"prompt": {"sequence": 3, "prompt": {"points": [{"x": 1, "y": 1}]}}}""");
        var answer = await client.NextAsync();

        Assert.Contains("prompt.prompt.points[0].label", binary.Error.Status.Message, StringComparison.Ordinal);
        Assert.Contains("0 means outside elsewhere", text.Error.Status.Message, StringComparison.Ordinal);
        Assert.Equal(3, answer.Answer.Sequence);
    }

    [Fact]
    public async Task Segment_LabelLeftOutOrNamed_IsWhatItSays()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        await host.UploadAsync(Requests.File);
        const string Body = """
            {"prompts": [{"points": [{"x": 1, "y": 1}, {"x": 2, "y": 2, "label": 1}, {"x": 3, "y": 3, "label": null},
              {"x": 4, "y": 4, "label": "POINT_LABEL_BACKGROUND"}]}]}
            """;

        await client.PostAsync($"{Path}:segment", Http.Json(Body), Cancel).ReadAsync<SegmentResponse>();

        Assert.True(host.Grain.Requests.TryDequeue(out var seen));
        Assert.Equal([true, true, true, false], seen.Request.Prompts[0].Points.Select(point => point.IsForeground));
    }

    private static Prompt Click(int label) => new() { Points = { new Point { X = 300, Y = 200, Label = (PointLabel)label } } };
}
