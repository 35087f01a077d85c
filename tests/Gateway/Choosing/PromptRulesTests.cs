using Google.Protobuf;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Choosing;

/// <summary>Prompts that a model cannot take.</summary>
public sealed class PromptRulesTests
{
    private static readonly ByteString _logits = ByteString.CopyFrom(new byte[256 * 256 * sizeof(float)]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, Prompt, MaskCount> Refused => new()
    {
        { "prompts[0].box", new() { Box = new() { XMax = 5, YMax = 5 } }, MaskCount.One },
        { "prompts[0].mask", new() { Points = { new Point() }, Mask = new() { Logits = _logits } }, MaskCount.One },
        {
            "prompts[0].points[1].label",
            new() { Points = { new Point(), new Point { Label = PointLabel.Background } } },
            MaskCount.One
        },
        { "prompts[0].points", new() { Points = { Enumerable.Repeat(new Point(), 6) } }, MaskCount.One },
        { "output.mask_count", new() { Points = { new Point() } }, MaskCount.Three },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Segment_PromptThatTheModelCannotTake_NamesTheModelsThatCan(string field, Prompt prompt, MaskCount count)
    {
        await using var host = await ModelHost.StartAsync();
        await host.UploadAsync(Requests.File, "pointwise");
        await host.UploadAsync(Requests.File, "first");
        var request = new SegmentRequest
        {
            ImageId = Requests.IdOf(Requests.File), Prompts = { prompt }, Output = new() { MaskCount = count },
            Model = "pointwise",
        };

        var status = await Requests.FailsAsync(StatusCode.InvalidArgument, () => host.SegmentAsync(request));
        request.Model = "first";
        await host.SegmentAsync(request);

        var sentence = status.Fields()[field];
        Assert.StartsWith("The model 'pointwise' ", sentence, StringComparison.Ordinal);
        Assert.EndsWith(": first, second.", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Segment_PromptThatTheModelCannotTake_IsRefusedBeforeTheImageIsEncoded()
    {
        await using var host = await ModelHost.StartAsync();
        var request = new SegmentRequest
        {
            ImageData = ByteString.CopyFrom(Requests.File),
            Prompts = { new Prompt { Box = new() { XMax = 5, YMax = 5 } } },
            Model = "pointwise",
        };

        await Requests.FailsAsync(StatusCode.InvalidArgument, () => host.SegmentAsync(request));

        Assert.Empty(host.Host.Encoder.Encoded);
    }

    [Fact]
    public async Task Session_Refine_IsRefusedByAModelWithoutMasks()
    {
        await using var host = await ModelHost.StartAsync();
        using var call = host.Host.Segmentation.SegmentStream(cancellationToken: Cancel);
        var open = new OpenImage { ImageData = ByteString.CopyFrom(Requests.File), Model = "pointwise" };
        await call.RequestStream.WriteAsync(new() { Open = open }, Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));

        var prompt = new StreamPrompt { Sequence = 1, Prompt = Requests.Click(1, 1), Refine = true };
        await call.RequestStream.WriteAsync(new() { Prompt = prompt }, Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));

        Assert.Contains("takes no masks", call.ResponseStream.Current.Error.Status.Fields()["prompt.refine"], StringComparison.Ordinal);
    }
}
