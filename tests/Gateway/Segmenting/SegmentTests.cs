using Google.Protobuf;
using Grpc.Core;
using Segmentation.Common;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Grains;
using Segmentation.Masks;
using Segmentation.Protocol.V1;
using GrainMaskCount = Segmentation.Masks.MaskCount;
using WireMaskCount = Segmentation.Protocol.V1.MaskCount;

namespace Segmentation.Gateway.Tests.Segmenting;

public sealed class SegmentTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Segment_InlineImage_IsStoredAndAnswered()
    {
        await using var host = await GatewayHost.StartAsync();

        var response = await SegmentAsync(host, Inline(Requests.Click(300, 200)));

        Assert.Equal(Requests.IdOf(Requests.File), response.Image.Id);
        var masks = Assert.Single(response.Results).Masks;
        Assert.Equal(["counts-1", "counts-2", "counts-3"], masks.Select(mask => mask.Rle.Counts));
        Assert.Equal([400u, 600u], masks[0].Rle.Size);
        Assert.Equal(new BoundingBox { X = 1, Y = 2, Width = 2, Height = 2 }, masks[0].BoundingBox);
        Assert.Equal((0.875f, 0.95f, 4ul), (masks[0].PredictedIou, masks[0].StabilityScore, masks[0].Area));
        Assert.Equal(TimeSpan.FromMilliseconds(14), response.DecodeDuration.ToTimeSpan());
        Assert.True(host.Store.Contains(Requests.KeyOf(Requests.File)));
    }

    [Fact]
    public async Task Segment_InlineImageWhileTheStoreIsAway_GoesToTheSiloFirst()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Encoder.StoreIsAway = true;

        var response = await SegmentAsync(host, Inline(Requests.Click(300, 200)));

        Assert.Equal(3, Assert.Single(response.Results).Masks.Count);
        var adopted = Assert.Single(host.Grain.Adopted);
        Assert.Equal(Requests.KeyOf(Requests.File).ToString(), adopted.Key);
        Assert.Equal(600, adopted.Value.Image.Width);
        Assert.Equal(2_097_152, adopted.Value.Float16.Length);
    }

    [Fact]
    public async Task Segment_ByIdAfterAnUploadWhileTheStoreWasAway_FindsItOnTheSilo()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Encoder.StoreIsAway = true;
        var image = await host.UploadAsync(Requests.File);
        var request = new SegmentRequest { ImageId = image.Id, Prompts = { Requests.Click(300, 200) } };

        Assert.Equal(image.Id, (await SegmentAsync(host, request)).Image.Id);

        host.Grain.Adopted.Clear();
        var error = await Assert.ThrowsAsync<RpcException>(() => SegmentAsync(host, request));
        Assert.Equal(StatusCode.NotFound, error.StatusCode);
    }

    [Fact]
    public async Task Segment_ById_SendsPromptsOnceInOrderWithDefaults()
    {
        await using var host = await GatewayHost.StartAsync();
        var image = await host.UploadAsync(Requests.File);
        var request = new SegmentRequest { ImageId = image.Id };
        request.Prompts.Add(new Prompt
        {
            Points = { new Point { X = 1, Y = 2, Label = PointLabel.Background }, new Point { X = 600, Y = 400 } },
            Box = new Box { XMin = 10, YMin = 20, XMax = 30, YMax = 40 },
        });
        request.Prompts.Add(new Prompt { Mask = new MaskInput { Logits = ByteString.CopyFrom(new byte[262_144]) } });

        var response = await SegmentAsync(host, request);

        Assert.Equal(2, response.Results.Count);
        var (key, decode) = Assert.Single(host.Grain.Requests);
        Assert.Equal(Requests.KeyOf(Requests.File).ToString(), key);
        Assert.Equal([new PointData(1, 2, false), new PointData(600, 400, true)], decode.Prompts[0].Points);
        Assert.Equal(new BoxData(10, 20, 30, 40), decode.Prompts[0].Box);
        Assert.Equal(262_144, decode.Prompts[1].MaskLogits!.Length);
        Assert.True(decode.Refinable);
        Assert.Equal(
            (GrainMaskCount.Auto, MaskForms.None, Lane.Interactive), (decode.MaskCount, decode.Forms, decode.Lane));
        Assert.Null(decode.TimeLeft);
    }

    [Fact]
    public async Task Segment_OutputOptions_AreAskedForAndShown()
    {
        await using var host = await GatewayHost.StartAsync();
        var request = Inline(Requests.Click(1, 1));
        request.Output = new OutputOptions
        {
            MaskCount = WireMaskCount.One,
            Formats = { MaskFormat.Png, MaskFormat.Polygon, MaskFormat.Logits },
            Refinable = false,
        };

        var mask = (await SegmentAsync(host, request)).Results[0].Masks.Single();

        Assert.Null(mask.Rle);
        Assert.Equal(4, mask.Png.Length);
        Assert.Equal(262_144, mask.Logits.Length);
        Assert.Equal([1f, 2, 3, 2, 3, 4], mask.Polygons.Single().Coordinates);
        var decode = host.Grain.Requests.Single().Request;
        Assert.Equal(GrainMaskCount.One, decode.MaskCount);
        Assert.Equal(MaskForms.Png | MaskForms.Polygons | MaskForms.Logits, decode.Forms);
        Assert.False(decode.Refinable);
    }

    [Fact]
    public async Task Segment_ManyPrompts_TakeTheBatchLane()
    {
        await using var host = await GatewayHost.StartAsync();
        var request = Inline([.. Enumerable.Range(0, 256).Select(i => Requests.Click(i, i))]);

        var response = await SegmentAsync(host, request);

        Assert.Equal(256, response.Results.Count);
        Assert.Equal(Lane.Batch, host.Grain.Requests.Single().Request.Lane);
    }

    [Fact]
    public async Task Segment_Deadline_ReachesTheGrainAsTimeLeft()
    {
        await using var host = await GatewayHost.StartAsync();

        await host.Segmentation.SegmentAsync(
            Inline(Requests.Click(1, 1)),
            deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(50),
            cancellationToken: Cancel);

        Assert.InRange(
            host.Grain.Requests.Single().Request.TimeLeft!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(50));
    }

    [Fact]
    public async Task Segment_CallerCancels_DecodeIsCancelled()
    {
        await using var host = await GatewayHost.StartAsync();
        var (begun, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Grain.Before = async (_, _, cancellationToken) =>
        {
            using var registration = cancellationToken.Register(() => cancelled.TrySetResult());
            begun.SetResult();
            await cancelled.Task;
            throw new OperationCanceledException(cancellationToken);
        };
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var call = host.Segmentation.SegmentAsync(Inline(Requests.Click(1, 1)), cancellationToken: source.Token);
        await begun.Task.WaitAsync(Cancel);

        await source.CancelAsync();

        await cancelled.Task.WaitAsync(Cancel);
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(async () => await call)).StatusCode);
    }

    [Fact]
    public async Task Segment_EmbeddingLostOnce_IsEncodedAgain()
    {
        await using var host = await GatewayHost.StartAsync();
        var decodes = 0;
        host.Grain.Before = (_, _, _) =>
        {
            if (Interlocked.Increment(ref decodes) > 1)
            {
                return Task.FromResult<DecodeReply?>(null);
            }

            host.Store.Clear();
            return Task.FromResult<DecodeReply?>(new DecodeReply { Status = DecodeStatus.ImageNotFound });
        };

        var response = await SegmentAsync(host, Inline(Requests.Click(1, 1)));

        Assert.Single(response.Results);
        Assert.Equal(2, host.Encoder.Encoded.Count);
    }

    [Fact]
    public async Task Segment_GatewayDoesNotReachTheStore_HasASiloLookThere()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Store.IsAvailable = false;
        host.Grain.InStoreOfSilos = new EmbeddingData
        {
            Image = new ImageData(600, 400, Requests.File.Length, "image/png"), Float16 = [],
        };

        var response = await SegmentAsync(
            host, new SegmentRequest { ImageId = Requests.IdOf(Requests.File), Prompts = { Requests.Click(1, 1) } });

        Assert.Single(response.Results);
        Assert.Empty(host.Encoder.Encoded);
    }

    [Fact]
    public async Task Segment_SiloDoesNotReachTheStore_GetsTheEmbeddingFromTheGateway()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Grain.Before = (key, _, _) => Task.FromResult(
            host.Grain.Adopted.ContainsKey(key) ? null : new DecodeReply { Status = DecodeStatus.ImageNotFound });
        var image = await host.UploadAsync(Requests.File);

        var response = await SegmentAsync(
            host, new SegmentRequest { ImageId = image.Id, Prompts = { Requests.Click(1, 1) } });

        Assert.Single(response.Results);
        Assert.Single(host.Encoder.Encoded);
    }

    [Fact]
    public async Task Segment_EmbeddingLostTwice_IsUnavailable()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Grain.Before = (_, _, _) =>
            Task.FromResult<DecodeReply?>(new DecodeReply { Status = DecodeStatus.ImageNotFound });

        var status = await SegmentFailsAsync(host, StatusCode.Unavailable, Inline(Requests.Click(1, 1)));

        Assert.Equal("EMBEDDING_LOST", status.Reason());
        Assert.Equal(2, host.Encoder.Encoded.Count);
    }

    [Theory]
    [InlineData(DecodeStatus.ImageNotFound, StatusCode.NotFound, "IMAGE_NOT_FOUND")]
    [InlineData(DecodeStatus.MaskNotFound, StatusCode.NotFound, "MASK_NOT_FOUND")]
    [InlineData(DecodeStatus.Overloaded, StatusCode.ResourceExhausted, "DECODER_OVERLOADED")]
    [InlineData(DecodeStatus.Expired, StatusCode.DeadlineExceeded, "EXPIRED")]
    public async Task Segment_GrainHasNoMasks_SaysWhy(DecodeStatus decode, StatusCode code, string reason)
    {
        await using var host = await GatewayHost.StartAsync();
        var image = await host.UploadAsync(Requests.File);
        host.Grain.Before = (_, _, _) => Task.FromResult<DecodeReply?>(new DecodeReply
        {
            Status = decode, MissingMaskId = "m1", RetryAfter = TimeSpan.FromSeconds(2),
        });

        var status = await SegmentFailsAsync(
            host, code, new SegmentRequest { ImageId = image.Id, Prompts = { Requests.Click(1, 1) } });

        Assert.Equal(reason, status.Reason());
        Assert.Equal(decode == DecodeStatus.Overloaded ? TimeSpan.FromSeconds(2) : null, status.RetryDelay());
    }

    [Fact]
    public async Task Segment_SiloUnreachable_IsUnavailable()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Grain.Before = (_, _, _) => throw new TimeoutException("30 s");

        var status = await SegmentFailsAsync(host, StatusCode.Unavailable, Inline(Requests.Click(1, 1)));

        Assert.Equal("DECODER_UNAVAILABLE", status.Reason());
    }

    [Fact]
    public async Task Segment_AnotherTenantsImage_IsNotFound()
    {
        await using var host = await GatewayHost.StartAsync();
        var image = await host.UploadAsync(Requests.File, "anna");

        var status = await SegmentFailsAsync(
            host, StatusCode.NotFound, new SegmentRequest { ImageId = image.Id, Prompts = { Requests.Click(1, 1) } });

        Assert.Equal("IMAGE_NOT_FOUND", status.Reason());
        Assert.Empty(host.Grain.Requests);
    }

    private static SegmentRequest Inline(params Prompt[] prompts) =>
        new() { ImageData = ByteString.CopyFrom(Requests.File), Prompts = { prompts } };

    private static async Task<SegmentResponse> SegmentAsync(GatewayHost host, SegmentRequest request) =>
        await host.Segmentation.SegmentAsync(request, cancellationToken: Cancel);

    private static Task<RpcStatus> SegmentFailsAsync(GatewayHost host, StatusCode code, SegmentRequest request) =>
        Requests.FailsAsync(code, () => SegmentAsync(host, request));
}
