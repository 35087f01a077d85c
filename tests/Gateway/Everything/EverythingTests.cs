using Grpc.Core;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;
using Case = Segmentation.Protocol.V1.SegmentEverythingResponse.ResponseOneofCase;

namespace Segmentation.Gateway.Tests.Everything;

public sealed class EverythingTests
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task SegmentEverything_Image_TellsProgressThenFinalMasksThenTheEnd()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var host = await GatewayHost.StartAsync();

        var responses = await host.SearchAsync(Searching.Request(), cancel);

        Assert.Equal(Case.Started, responses[0].ResponseCase);
        Assert.Equal(Requests.IdOf(Requests.File), responses[0].Started.Image.Id);
        Assert.Equal(Searching.Expected(Searching.Options), responses.Masks());
        Assert.DoesNotContain(responses, response => response.ResponseCase == Case.Provisional);
        var last = responses.Last(response => response.ResponseCase == Case.Progress).Progress;
        Assert.Equal((1u, 1u, 64ul, 64ul), (last.CropsDone, last.Crops, last.PointsDone, last.Points));
        Assert.Equal(TimeSpan.Zero, last.Remaining.ToTimeSpan());
        Assert.Equal((uint)responses.Masks().Count, responses[^1].Finished.Masks);
        Assert.All(host.Grain.Searches, search => Assert.Equal(16, search.Request.Points.Length));
    }

    [Fact(Timeout = Timeout)]
    public async Task SegmentEverything_Provisional_SendsEveryCandidateBeforeTheFinalMasks()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var host = await GatewayHost.StartAsync();
        var request = Searching.Request();
        request.Provisional = true;

        var responses = await host.SearchAsync(request, cancel);

        var found = responses.Where(response => response.ResponseCase == Case.Provisional).ToList();
        Assert.Equal(Enumerable.Range(0, 128), found.Select(response => (int)response.Provisional.Index));
        var firstFinal = responses.FindIndex(response => response.ResponseCase == Case.Mask);
        Assert.True(responses.IndexOf(found[^1]) < firstFinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task SegmentEverything_Formats_AreWhatWasAskedFor()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var host = await GatewayHost.StartAsync();
        var request = Searching.Request();
        request.Formats.Add([MaskFormat.Png, MaskFormat.Polygon]);

        var masks = (await host.SearchAsync(request, cancel)).Where(response => response.Mask is not null).ToList();

        Assert.NotEmpty(masks);
        Assert.All(masks, response =>
        {
            Assert.Null(response.Mask.Mask.Rle);
            Assert.Equal([137, 80, 78, 71], response.Mask.Mask.Png.Take(4));
            Assert.Single(response.Mask.Mask.Polygons);
        });
    }

    [Fact(Timeout = Timeout)]
    public async Task SegmentEverything_SmallBatches_ShareParts()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var host = await GatewayHost.StartAsync();
        var request = Searching.Request();
        request.Options.PointsPerBatch = 7;

        var responses = await host.SearchAsync(request, cancel);

        Assert.Equal(Searching.Expected(Searching.Options), responses.Masks());
        var points = host.Grain.Searches.Select(search => search.Request.Points.Length);
        Assert.Equal([21, 21, 21, 1], points.OrderDescending());
    }

    [Fact(Timeout = Timeout)]
    public async Task SegmentEverything_Crops_AreEncodedOnceAndServeTheIdAlone()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var host = await GatewayHost.StartAsync();
        var request = Searching.Request();
        request.Options.CropNLayers = 1;
        var byId = request.Clone();
        byId.ImageId = Requests.IdOf(Requests.File);
        await host.UploadAsync(Requests.File);

        var error = await Requests.FailsAsync(StatusCode.FailedPrecondition, () => host.SearchAsync(byId, cancel));
        var first = await host.SearchAsync(request, cancel);
        var second = await host.SearchAsync(byId, cancel);

        Assert.Equal("CROPS_NEED_IMAGE_DATA", error.Reason());
        Assert.Contains("Send image_data", error.Message, StringComparison.Ordinal);
        Assert.Equal(Searching.Expected(Searching.Options with { CropNLayers = 1 }), first.Masks());
        Assert.Equal(first.Masks(), second.Masks());
        Assert.Equal(4, host.Encoder.Crops.Count);
        Assert.Equal(4, host.Grain.Forgotten.Distinct().Count());
    }

    [Fact(Timeout = Timeout)]
    public async Task SegmentEverything_InvalidOptions_AreAllNamed()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var host = await GatewayHost.StartAsync();
        var request = new SegmentEverythingRequest
        {
            Options = new EverythingOptions { PredIouThresh = 2, PointsPerBatch = 0, Profile = (EverythingProfile)9 },
            Formats = { MaskFormat.Logits },
        };

        var error = await Requests.FailsAsync(StatusCode.InvalidArgument, () => host.SearchAsync(request, cancel));

        Assert.Equal(
            ["formats[0]", "image", "options.points_per_batch", "options.pred_iou_thresh", "options.profile"],
            error.Fields().Keys.Order(StringComparer.Ordinal));
    }

    [Theory(Timeout = Timeout)]
    [InlineData(1024u, 0u, "options.points_per_side")]
    [InlineData(1u, 8u, "options.crop_n_layers")]
    public async Task SegmentEverything_TooMuchForTheServer_IsRefusedBeforeItIsPlanned(
        uint side, uint layers, string field)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var host = await GatewayHost.StartAsync();
        var request = Searching.Request();
        (request.Options.PointsPerSide, request.Options.CropNLayers) = (side, layers);

        var error = await Requests.FailsAsync(StatusCode.InvalidArgument, () => host.SearchAsync(request, cancel));

        Assert.Contains(field, error.Fields().Keys);
        Assert.Empty(host.Encoder.Encoded);
    }

    [Fact(Timeout = Timeout)]
    public async Task SegmentEverything_CallerCancels_AllPartsAreCancelledAndNoneFollows()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var host = await GatewayHost.StartAsync();
        var held = new HeldSearches(host.Grain);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var call = host.Segmentation.SegmentEverything(Searching.Request(), cancellationToken: source.Token);
        await held.ArriveAsync(2);

        await source.CancelAsync();

        await held.AreCancelledAsync(2);
        Assert.Equal(2, host.Grain.Searches.Count);
    }

    [Fact(Timeout = Timeout)]
    public async Task SegmentEverything_SameImageAndOptions_JoinsTheFirst()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var host = await GatewayHost.StartAsync();
        var held = new HeldSearches(host.Grain);
        using var first = host.Segmentation.SegmentEverything(Searching.Request(), cancellationToken: cancel);
        await held.ArriveAsync(2);
        using var second = host.Segmentation.SegmentEverything(Searching.Request(), cancellationToken: cancel);
        Assert.True(await second.ResponseStream.MoveNext(cancel));

        first.Dispose();
        held.LetAll();
        var rest = await second.ResponseStream.ReadAllAsync(cancel).ToListAsync(cancel);

        Assert.Equal(Searching.Expected(Searching.Options), rest.Masks());
        Assert.Equal(4, host.Grain.Searches.Count);
        Assert.Single(host.Encoder.Encoded);
    }

    [Fact(Timeout = Timeout)]
    public async Task SegmentEverything_TooManyOfATenant_IsRefusedWithADelayAndOthersAreNot()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var host = await GatewayHost.StartAsync(
            null, ("Segmentation:Everything:MaxOpenPerTenant", "1"));
        var held = new HeldSearches(host.Grain);
        using var first = host.Segmentation.SegmentEverything(Searching.Request(), cancellationToken: cancel);
        await held.ArriveAsync(2);
        var other = Searching.Request();
        other.Options.PointsPerSide = 4;

        var error = await Requests.FailsAsync(StatusCode.ResourceExhausted, () => host.SearchAsync(other, cancel));
        held.LetAll();
        var elsewhere = await host.SearchAsync(other, cancel, "somebody-else");

        Assert.Equal("TOO_MANY_SEARCHES", error.Reason());
        Assert.True(error.RetryDelay() > TimeSpan.Zero);
        Assert.NotEmpty(elsewhere.Masks());
    }

    [Fact(Timeout = Timeout)]
    public async Task SegmentEverything_MoreFoundThanThereIsRoomFor_IsRefusedWithADelay()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var host = await GatewayHost.StartAsync(
            null, ("Segmentation:Everything:MaxFoundBytes", $"{1 << 20}"));
        var request = Searching.Request();
        request.Options.PointsPerSide = 64;
        request.Options.PointsPerBatch = 1024;

        var error = await Requests.FailsAsync(StatusCode.ResourceExhausted, () => host.SearchAsync(request, cancel));

        Assert.Equal("EVERYTHING_FOUND_BYTES", error.Reason());
        Assert.NotNull(error.RetryDelay());
    }
}
