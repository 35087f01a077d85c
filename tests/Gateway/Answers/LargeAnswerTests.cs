using Google.Protobuf;
using Grpc.Core;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Grains;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Gateway.Tests.Answers;

/// <summary>Answers of many megabytes: what is asked of the silo for them, and what is held.</summary>
public sealed class LargeAnswerTests
{
    private const string Segment = "/segmentation.v1.SegmentationService/Segment";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Segment_LargeAnswer_IsAskedForInSlicesAndIsTheSame()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.UploadAsync(Requests.File);

        var response = await host.Segmentation.SegmentAsync(Logits(64), cancellationToken: Cancel);
        var slices = host.Grain.Requests.Select(sent => sent.Request).ToArray();
        var alone = await host.Segmentation.SegmentAsync(Logits(1, first: 40), cancellationToken: Cancel);

        Assert.All(slices, slice => Assert.InRange(slice.Prompts.Length, 1, 21));
        Assert.All(slices, slice => Assert.Equal(Common.Lane.Batch, slice.Lane));
        Assert.Equal(Enumerable.Range(0, 64), slices.SelectMany(s => s.Prompts).Select(p => (int)p.Points[0].X));
        Assert.Equal(64, response.Results.Count);
        Assert.Equal(alone.Results[0], response.Results[40]);
        Assert.Equal(14 * slices.Length, response.DecodeDuration.ToTimeSpan().TotalMilliseconds);
        Assert.Equal(Requests.IdOf(Requests.File), response.Image.Id);
        Assert.Equal(0, host.Held());
    }

    [Fact]
    public async Task Segment_PromptsThatNameMasks_AreAskedAtOnce()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.UploadAsync(Requests.File);
        var made = await host.Segmentation.SegmentAsync(Logits(1), cancellationToken: Cancel);
        var request = Logits(30);
        request.Prompts[29].Mask = new MaskInput { MaskId = made.Results[0].Masks[0].Id };

        await host.Segmentation.SegmentAsync(request, cancellationToken: Cancel);

        Assert.Equal(30, host.Grain.Requests.Last().Request.Prompts.Length);
    }

    [Fact]
    public async Task Segment_LargeAnswerByRest_IsTheSame()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.UploadAsync(Requests.File);
        using var client = host.Client();
        var expected = await host.Segmentation.SegmentAsync(Logits(3), cancellationToken: Cancel);

        var json = Http.Json(JsonFormatter.Default.Format(Logits(3)));
        var answer = await client.PostAsync("/v1/segment", json, Cancel).ReadAsync<SegmentResponse>();

        Assert.Equal(expected, answer);
        await host.NothingHeldAsync();
    }

    [Fact]
    public async Task Segment_AnswerOverTheLimitOfOne_IsRefusedBeforeDecodingAndSaysHowToGetIt()
    {
        await using var host = await GatewayHost.StartAsync(options: ("Segmentation:Answers:MaxBytes", $"{1 << 20}"));
        await host.UploadAsync(Requests.File);

        var status = await Requests.FailsAsync(StatusCode.InvalidArgument, async () =>
            await host.Segmentation.SegmentAsync(Logits(3), cancellationToken: Cancel));
        await host.Segmentation.SegmentAsync(Logits(1), cancellationToken: Cancel);

        Assert.Equal("ANSWER_TOO_LARGE", status.Reason());
        Assert.Contains("at most 1 prompts at a time", status.Fields()["output.formats"], StringComparison.Ordinal);
        Assert.Single(host.Grain.Requests);
    }

    [Fact]
    public async Task Segment_NoRoomForTheAnswer_IsRefusedBeforeDecodingAndClicksPass()
    {
        await using var host = await GatewayHost.StartAsync(
            null, ("Segmentation:Answers:MaxBytes", $"{1 << 20}"), ("Segmentation:Answers:MaxBytesInFlight", $"{2 << 20}"));
        await host.UploadAsync(Requests.File);
        using var unread = await UnreadCall.BeginAsync(host, Segment, Logits(1));
        var decoded = host.Grain.Requests.Count;

        var status = await Requests.FailsAsync(StatusCode.ResourceExhausted, async () =>
            await host.Segmentation.SegmentAsync(Logits(1), cancellationToken: Cancel));
        var click = new SegmentRequest { ImageId = Requests.IdOf(Requests.File), Prompts = { Requests.Click(1, 1) } };
        await host.Segmentation.SegmentAsync(click, cancellationToken: Cancel);

        Assert.Equal("ANSWERS_IN_FLIGHT", status.Reason());
        Assert.Equal(TimeSpan.FromSeconds(1), status.RetryDelay());
        Assert.Equal(decoded + 1, host.Grain.Requests.Count);

        var answer = await unread.ReadAsync<SegmentResponse>();
        Assert.Equal(3, answer.Results[0].Masks.Count);
        await host.Segmentation.SegmentAsync(Logits(1), cancellationToken: Cancel);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task Segment_ClientDoesNotReadForTooLong_IsEndedAndItsBytesAreGivenBack(int forms)
    {
        await using var host = await GatewayHost.StartAsync(options: ("Segmentation:Answers:TakeTimeout", "00:00:01"));
        await host.UploadAsync(Requests.File);
        var request = Logits(1);
        if (forms == 0)
        {
            // Run lengths that do not fit into the client's window.
            host.Grain.Before = (_, _, _) => Task.FromResult<Grains.DecodeReply?>(Small(100 * 1024));
            request.Output.Formats[0] = MaskFormat.Rle;
        }

        using var unread = await UnreadCall.BeginAsync(host, Segment, request);
        Assert.NotEqual(0, host.Held());
        await host.NothingHeldAsync();

        await Assert.ThrowsAsync<HttpRequestException>(unread.ReadAsync<SegmentResponse>);
    }

    [Fact]
    public async Task Segment_CallerLeavesWithinASlice_EndsAllSlicesAndGivesTheBytesBack()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.UploadAsync(Requests.File);
        var gate = new DecodeGate(host.Grain);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var call = host.Segmentation.SegmentAsync(Logits(64), cancellationToken: leaving.Token).ResponseAsync;
        HeldDecode[] slices = [await gate.NextAsync(), await gate.NextAsync()];
        Assert.NotEqual(0, host.Held());

        await leaving.CancelAsync();
        await Assert.ThrowsAsync<RpcException>(() => call);

        await Task.WhenAll(slices.Select(slice => slice.Cancelled.Task)).WaitAsync(Patience.Longest, Cancel);
        await host.NothingHeldAsync();
        Assert.Equal(2, host.Grain.Requests.Count);
    }

    private static SegmentRequest Logits(int prompts, int first = 0) => new()
    {
        ImageId = Requests.IdOf(Requests.File),
        Prompts = { Enumerable.Range(first, prompts).Select(i => Requests.Click(i, 1)) },
        Output = new OutputOptions { Formats = { MaskFormat.Logits } },
    };

    private static Grains.DecodeReply Small(int bytes) => new()
    {
        Status = DecodeStatus.Ok,
        Results =
        [
            [
                new Grains.MaskData
                {
                    Id = "mask",
                    PredictedIou = 1,
                    StabilityScore = 1,
                    Area = 1,
                    BoxX = 0,
                    BoxY = 0,
                    BoxWidth = 1,
                    BoxHeight = 1,
                    Height = 400,
                    Width = 600,
                    Counts = new string('0', bytes),
                },
            ],
        ],
    };
}
