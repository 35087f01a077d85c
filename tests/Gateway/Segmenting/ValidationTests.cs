using Google.Protobuf;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Grains;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Segmenting;

public sealed class ValidationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, Prompt> BadPrompts { get; } = new()
    {
        { "prompts[0]", new Prompt() },
        { "prompts[0].points", new Prompt { Points = { Enumerable.Repeat(new Point(), 65) } } },
        { "prompts[0].points[0].x", Requests.Click(600.1f, 1) },
        { "prompts[0].points[0].x", Requests.Click(-0.1f, 1) },
        { "prompts[0].points[0].x", Requests.Click(float.NaN, 1) },
        { "prompts[0].points[0].y", Requests.Click(1, 400.1f) },
        { "prompts[0].points[0].y", Requests.Click(1, float.PositiveInfinity) },
        { "prompts[0].points[0].label", new Prompt { Points = { new Point { Label = (PointLabel)7 } } } },
        { "prompts[0].box.x_max", Boxed(5, 5, 5, 9) },
        { "prompts[0].box.y_max", Boxed(5, 9, 9, 5) },
        { "prompts[0].box.x_min", Boxed(600, 5, 700, 9) },
        { "prompts[0].box.y_min", Boxed(5, -9, 9, 0) },
        { "prompts[0].box.y_max", Boxed(5, 5, 9, float.NaN) },
        { "prompts[0].mask", new Prompt { Mask = new MaskInput() } },
        { "prompts[0].mask.mask_id", new Prompt { Mask = new MaskInput { MaskId = "no spaces" } } },
        { "prompts[0].mask.logits", new Prompt { Mask = new MaskInput { Logits = ByteString.CopyFrom(1, 2, 3) } } },
        { "prompts[0].mask.logits", new Prompt { Mask = new MaskInput { Logits = NotFinite() } } },
    };

    [Theory]
    [MemberData(nameof(BadPrompts))]
    public async Task Segment_BadPrompt_NamesTheField(string field, Prompt prompt)
    {
        await using var host = await GatewayHost.StartAsync();
        var image = await host.UploadAsync(Requests.File);

        var fields = await ViolationsAsync(host, new SegmentRequest { ImageId = image.Id, Prompts = { prompt } });

        Assert.Equal([field], fields.Keys);
        Assert.Empty(host.Grain.Requests);
    }

    [Fact]
    public async Task Segment_ManyMistakes_AreAllNamedWithValueAndRange()
    {
        await using var host = await GatewayHost.StartAsync();
        var image = await host.UploadAsync(Requests.File);
        var request = new SegmentRequest { ImageId = image.Id, Prompts = { Requests.Click(1, 1), Requests.Click(601, 1) } };
        request.Prompts[1].Points.Add(new Point { X = 3, Y = -4 });
        request.Output = new OutputOptions
        {
            MaskCount = (Protocol.V1.MaskCount)9, Formats = { MaskFormat.Rle, (MaskFormat)8 },
        };

        var fields = await ViolationsAsync(host, request);

        Assert.Equal(
            ["output.formats[1]", "output.mask_count", "prompts[1].points[0].x", "prompts[1].points[1].y"],
            fields.Keys.Order());
        Assert.Equal("601 is outside of the image: 0 to 600 (the image's width) is allowed.", fields["prompts[1].points[0].x"]);
    }

    [Fact]
    public async Task Segment_NoImageNoPrompts_NamesBoth()
    {
        await using var host = await GatewayHost.StartAsync();

        var fields = await ViolationsAsync(host, new SegmentRequest());

        Assert.Equal(["image", "prompts"], fields.Keys.Order());
    }

    [Fact]
    public async Task Segment_BadPromptWithInlineImage_IsNotChargedAnEncoding()
    {
        await using var host = await GatewayHost.StartAsync();

        var fields = await ViolationsAsync(
            host,
            new SegmentRequest { ImageData = ByteString.CopyFrom(1), Prompts = { Requests.Click(float.NaN, -1) } });

        Assert.Equal(["prompts[0].points[0].x", "prompts[0].points[0].y"], fields.Keys.Order());
        Assert.Empty(host.Encoder.Encoded);
    }

    [Fact]
    public async Task Segment_PointOutsideOfInlineImage_IsFoundOnceItsSizeIsKnown()
    {
        await using var host = await GatewayHost.StartAsync();

        var fields = await ViolationsAsync(
            host, new SegmentRequest { ImageData = ByteString.CopyFrom(1), Prompts = { Requests.Click(601, 1) } });

        Assert.Equal(["prompts[0].points[0].x"], fields.Keys);
    }

    [Fact]
    public async Task Segment_TooManyPrompts_AreRefused()
    {
        await using var host = await GatewayHost.StartAsync();
        var image = await host.UploadAsync(Requests.File);
        var request = new SegmentRequest { ImageId = image.Id };
        request.Prompts.Add(Enumerable.Repeat(Requests.Click(1, 1), 257));

        var fields = await ViolationsAsync(host, request);

        Assert.Contains("257", fields["prompts"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Segment_ThousandsOfMistakes_StillFitIntoTrailers()
    {
        await using var host = await GatewayHost.StartAsync();
        var image = await host.UploadAsync(Requests.File);
        var prompt = new Prompt { Points = { Enumerable.Repeat(new Point { X = -1, Y = -1 }, 64) } };
        var request = new SegmentRequest { ImageId = image.Id, Prompts = { Enumerable.Repeat(prompt, 256) } };

        var status = await Requests.FailsAsync(
            StatusCode.InvalidArgument,
            async () => await host.Segmentation.SegmentAsync(request, cancellationToken: Cancel));

        Assert.Contains("32767 more", status.Message, StringComparison.Ordinal);
        Assert.InRange(status.CalculateSize(), 1, 6000);
    }

    [Fact]
    public async Task Segment_BoxOverTheEdge_IsCutOffThere()
    {
        await using var host = await GatewayHost.StartAsync();
        var image = await host.UploadAsync(Requests.File);

        await host.Segmentation.SegmentAsync(
            new SegmentRequest { ImageId = image.Id, Prompts = { Boxed(-50, 10, 700, 450) } }, cancellationToken: Cancel);

        Assert.Equal(new BoxData(0, 10, 600, 400), host.Grain.Requests.Single().Request.Prompts[0].Box);
    }

    private static Prompt Boxed(float xMin, float yMin, float xMax, float yMax) =>
        new() { Box = new Box { XMin = xMin, YMin = yMin, XMax = xMax, YMax = yMax } };

    private static ByteString NotFinite()
    {
        var logits = new byte[262_144];
        BitConverter.TryWriteBytes(logits.AsSpan(400), float.NaN);
        return ByteString.CopyFrom(logits);
    }

    private static async Task<Dictionary<string, string>> ViolationsAsync(GatewayHost host, SegmentRequest request)
    {
        var status = await Requests.FailsAsync(
            StatusCode.InvalidArgument,
            async () => await host.Segmentation.SegmentAsync(request, cancellationToken: Cancel));
        return status.Fields();
    }
}
