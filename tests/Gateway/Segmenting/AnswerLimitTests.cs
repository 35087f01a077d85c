using Grpc.Core;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Segmenting;

/// <summary>Answers that the caller says it cannot receive.</summary>
public sealed class AnswerLimitTests
{
    private const string Header = "x-segmentation-max-answer-bytes";
    private const int Default = 4 * 1024 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>16 masks of 256 KiB are 4 MiB: what the masks' other fields take is not known before.</summary>
    [Theory]
    [InlineData(17, MaskCount.One)]
    [InlineData(6, MaskCount.Three)]
    [InlineData(6, MaskCount.Unspecified)]
    public async Task Segment_LogitsOverTheLimit_IsRefusedBeforeAnythingIsComputed(int prompts, MaskCount count)
    {
        await using var host = await GatewayHost.StartAsync();
        var request = Logits(prompts, count);
        request.ImageData = Google.Protobuf.ByteString.CopyFrom(Requests.File);

        var status = await FailsAsync(host, request, Default);

        Assert.Equal("ANSWER_TOO_LARGE", status.Reason());
        Assert.Contains("fewer prompts", status.Fields()["output.formats"], StringComparison.Ordinal);
        Assert.Empty(host.Grain.Requests);
        Assert.Empty(host.Encoder.Encoded);
    }

    [Fact]
    public async Task Segment_LogitsUnderTheLimit_AreAnswered()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.UploadAsync(Requests.File);
        var request = Logits(15, MaskCount.One);
        request.ImageId = Requests.IdOf(Requests.File);

        var response = await host.Segmentation.SegmentAsync(request, With($"{Default}"), cancellationToken: Cancel);

        Assert.Equal(15, response.Results.Count);
    }

    [Fact]
    public async Task Segment_AnswerThatTurnsOutLarger_IsRefusedWithItsSize()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.UploadAsync(Requests.File);
        var request = new SegmentRequest { ImageId = Requests.IdOf(Requests.File), Prompts = { Requests.Click(1, 1) } };
        var size = (await host.Segmentation.SegmentAsync(request, cancellationToken: Cancel)).CalculateSize();

        var status = await FailsAsync(host, request, size - 1);
        await host.Segmentation.SegmentAsync(request, With($"{size}"), cancellationToken: Cancel);

        Assert.Equal("ANSWER_TOO_LARGE", status.Reason());
        Assert.Contains($"{size} bytes", status.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("4MB")]
    public async Task Segment_LimitThatIsNoNumber_IsRefused(string limit)
    {
        await using var host = await GatewayHost.StartAsync();

        var status = await Requests.FailsAsync(StatusCode.InvalidArgument, async () =>
            await host.Segmentation.SegmentAsync(Logits(1, MaskCount.One), With(limit), cancellationToken: Cancel));

        Assert.Contains(limit, status.Fields()[$"metadata[{Header}]"], StringComparison.Ordinal);
    }

    private static Metadata With(string limit) => new() { { Header, limit } };

    private static Task<RpcStatus> FailsAsync(GatewayHost host, SegmentRequest request, int limit) =>
        Requests.FailsAsync(StatusCode.InvalidArgument, async () =>
            await host.Segmentation.SegmentAsync(request, With($"{limit}"), cancellationToken: Cancel));

    private static SegmentRequest Logits(int prompts, MaskCount count) => new()
    {
        Prompts = { Enumerable.Range(0, prompts).Select(i => Requests.Click(i, i)) },
        Output = new OutputOptions { MaskCount = count, Formats = { MaskFormat.Logits } },
    };
}
