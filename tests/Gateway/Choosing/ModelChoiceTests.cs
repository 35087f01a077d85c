using Google.Protobuf;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Grains;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Choosing;

/// <summary>The model that a request takes, and the answers that name it.</summary>
public sealed class ModelChoiceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "first")]
    [InlineData("first", "first")]
    [InlineData("second", "second")]
    public async Task Upload_AModel_IsEncodedByItAndNamesIt(string model, string taken)
    {
        await using var host = await ModelHost.StartAsync();

        var image = await host.UploadAsync(Requests.File, model);

        var key = host.KeyOf(taken, Requests.File);
        Assert.Equal((taken, key.ModelDigest), (image.Model, image.ModelDigest));
        Assert.Equal([key], host.Host.Encoder.Encoded);
    }

    [Fact]
    public async Task Segment_TwoModels_IsDecodedFromTheEmbeddingOfEach()
    {
        await using var host = await ModelHost.StartAsync();
        await host.UploadAsync(Requests.File, "first");
        await host.UploadAsync(Requests.File, "second");

        var first = await host.SegmentAsync(ModelHost.Click());
        var second = await host.SegmentAsync(ModelHost.Click("second"));

        Assert.Equal(("first", "second"), (first.Image.Model, second.Image.Model));
        Assert.Equal(
            [host.KeyOf("first", Requests.File).ToString(), host.KeyOf("second", Requests.File).ToString()],
            host.Host.Grain.Requests.Select(request => request.Key));
    }

    [Fact]
    public async Task Segment_ImageOfAnotherModel_SaysWhichAndWhatToSend()
    {
        await using var host = await ModelHost.StartAsync();
        await host.UploadAsync(Requests.File, "first");

        var status = await Requests.FailsAsync(
            StatusCode.NotFound, () => host.SegmentAsync(ModelHost.Click("second")));

        Assert.Equal("IMAGE_NOT_FOUND", status.Reason());
        Assert.Contains("held for model first and not for model second", status.Message, StringComparison.Ordinal);
        Assert.Contains("again with model second", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Segment_BytesOfAnImageOfAnotherModel_AreEncodedAgain()
    {
        await using var host = await ModelHost.StartAsync();
        await host.UploadAsync(Requests.File, "first");
        var request = ModelHost.Click("second");
        request.ImageData = ByteString.CopyFrom(Requests.File);

        var answer = await host.SegmentAsync(request);

        Assert.Equal("second", answer.Image.Model);
        Assert.Equal(2, host.Host.Encoder.Encoded.Count);
    }

    [Fact]
    public async Task Everything_AModel_IsSearchedWithIt()
    {
        await using var host = await ModelHost.StartAsync();
        var request = new SegmentEverythingRequest
        {
            ImageData = ByteString.CopyFrom(Requests.File), Options = new() { PointsPerSide = 2 }, Model = "second",
        };

        using var call = host.Host.Segmentation.SegmentEverything(request, cancellationToken: Cancel);
        var started = "";
        while (await call.ResponseStream.MoveNext(Cancel))
        {
            started = call.ResponseStream.Current.Started?.Image.Model ?? started;
        }

        Assert.Equal("second", started);
        Assert.All(
            host.Host.Grain.Searches,
            part => Assert.Equal(host.KeyOf("second", Requests.File).ToString(), part.Key));
    }

    [Fact]
    public async Task Session_TwoModels_AnswersFromTheOneOpen()
    {
        await using var host = await ModelHost.StartAsync();
        using var call = host.Host.Segmentation.SegmentStream(cancellationToken: Cancel);
        var opened = new List<string>();

        foreach (var (model, sequence) in new[] { ("first", 1), ("second", 2) })
        {
            var open = new OpenImage { ImageData = ByteString.CopyFrom(Requests.File), Model = model };
            await call.RequestStream.WriteAsync(new() { Open = open }, Cancel);
            Assert.True(await call.ResponseStream.MoveNext(Cancel));
            opened.Add(call.ResponseStream.Current.Opened.Image.Model);
            var prompt = new StreamPrompt { Sequence = sequence, Prompt = Requests.Click(1, 1) };
            await call.RequestStream.WriteAsync(new() { Prompt = prompt }, Cancel);
            Assert.True(await call.ResponseStream.MoveNext(Cancel));
            Assert.Equal(sequence, call.ResponseStream.Current.Answer.Sequence);
        }

        Assert.Equal(["first", "second"], opened);
        Assert.Equal(
            [host.KeyOf("first", Requests.File).ToString(), host.KeyOf("second", Requests.File).ToString()],
            host.Host.Grain.Requests.Select(request => request.Key));
    }

    /// <summary>
    /// Silos that lack a model, in the middle of a roll-out for example, are no fault of the request.
    /// </summary>
    [Fact]
    public async Task Segment_SilosWithoutTheModel_IsUnavailable()
    {
        await using var host = await ModelHost.StartAsync();
        await host.UploadAsync(Requests.File, "second");
        host.Host.Grain.Before = (_, _, _) =>
            Task.FromResult<DecodeReply?>(new DecodeReply { Status = DecodeStatus.ImageNotFound });
        host.Host.Grain.Adoption = DecodeStatus.ImageNotFound;

        var status = await Requests.FailsAsync(StatusCode.Unavailable, () => host.SegmentAsync(ModelHost.Click("second")));

        Assert.Equal("DECODER_UNAVAILABLE", status.Reason());
        Assert.NotNull(status.RetryDelay());
    }

    [Fact]
    public async Task Delete_Any_RemovesTheImageUnderAllModels()
    {
        await using var host = await ModelHost.StartAsync();
        var image = await host.UploadAsync(Requests.File, "first");
        await host.UploadAsync(Requests.File, "second");

        await host.Host.Images.DeleteImageAsync(new DeleteImageRequest { Id = image.Id }, cancellationToken: Cancel);

        Assert.False(host.Host.Store.Contains(host.KeyOf("first", Requests.File)));
        Assert.False(host.Host.Store.Contains(host.KeyOf("second", Requests.File)));
        Assert.Contains(host.KeyOf("second", Requests.File).ToString(), host.Host.Grain.Forgotten);
    }

    [Fact]
    public async Task UnknownModel_InAnyRequest_NamesThoseThereAre()
    {
        await using var host = await ModelHost.StartAsync();
        var id = Requests.IdOf(Requests.File);
        var everything = new SegmentEverythingRequest { ImageId = id, Model = "third" };
        using var search = host.Host.Segmentation.SegmentEverything(everything, cancellationToken: Cancel);

        (string Field, Func<Task> Call)[] calls =
        [
            ("metadata.model", () => host.UploadAsync(Requests.File, "third")),
            ("model", async () => await host.Host.Images.GetImageAsync(new() { Id = id, Model = "third" })),
            ("model", async () => await host.Host.Images.GetEmbeddingAsync(new() { Id = id, Model = "third" })),
            ("model", () => host.SegmentAsync(ModelHost.Click("third"))),
            ("model", () => search.ResponseStream.MoveNext(Cancel)),
        ];

        foreach (var (field, call) in calls)
        {
            var status = await Requests.FailsAsync(StatusCode.InvalidArgument, call);
            Assert.Equal("MODEL_UNKNOWN", status.Reason());
            Assert.Equal(
                "There is no model 'third'. There are: first, second, pointwise.", Assert.Single(status.Fields()).Value);
            Assert.Equal(field, status.Fields().Keys.Single());
        }

        Assert.Empty(host.Host.Encoder.Encoded);
    }

    [Fact]
    public async Task OpenImage_UnknownModel_IsAnErrorOfTheSession()
    {
        await using var host = await ModelHost.StartAsync();
        using var call = host.Host.Segmentation.SegmentStream(cancellationToken: Cancel);

        var open = new OpenImage { ImageData = ByteString.CopyFrom(Requests.File), Model = "third" };
        await call.RequestStream.WriteAsync(new() { Open = open }, Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));

        Assert.Contains("open.model", call.ResponseStream.Current.Error.Status.Fields().Keys);
    }

    [Fact]
    public async Task TenantDefault_OfOneTenant_IsTakenByItAlone()
    {
        await using var host = await ModelHost.StartAsync(("TenantDefaults:acme", "second"));

        var own = await host.UploadAsync(Requests.File, tenant: "acme");
        var other = await host.UploadAsync(Requests.File, tenant: "zebra");
        var listed = await host.Host.Models.ListModelsAsync(new(), Requests.As("acme"), cancellationToken: Cancel);

        Assert.Equal(("second", "first"), (own.Model, other.Model));
        Assert.Equal(("second", true), (listed.Models[0].Id, listed.Models[0].IsDefault));
        Assert.Single(listed.Models, model => model.IsDefault);
    }

    [Fact]
    public async Task Rest_ModelInTheQuery_IsTaken()
    {
        await using var host = await ModelHost.StartAsync();
        using var client = host.Host.Client();
        var id = Requests.IdOf(Requests.File);

        var uploaded = await client.PostAsync("/v1/images?model=second", Http.Bytes(Requests.File), Cancel).ReadAsync<Image>();
        var described = await client.GetAsync($"/v1/images/{id}?model=second", Cancel).ReadAsync<Image>();
        var missing = await client.GetAsync($"/v1/images/{id}", Cancel).FailsAsync(404);
        using var mask = await client.GetAsync($"/v1/images/{id}/mask?point=1,1&model=second", Cancel);
        using var raw = await client.SendAsync(
            Http.Request(
                HttpMethod.Get,
                $"/v1/images/{id}/embedding?model=second",
                null,
                ("Accept", "application/octet-stream")),
            Cancel);
        var inBody = await client.PostAsync(
            $"/v1/images/{id}:segment",
            Http.Json("""{"prompts":[{"points":[{"x":1,"y":1}]}],"model":"second"}"""),
            Cancel).ReadAsync<SegmentResponse>();

        Assert.Equal(("second", "second", "second"), (uploaded.Model, described.Model, inBody.Image.Model));
        Assert.Contains("model first", missing.Message, StringComparison.Ordinal);
        Assert.Equal("image/png", mask.Content.Headers.ContentType?.MediaType);
        Assert.Equal(2_097_152, (await raw.Content.ReadAsByteArrayAsync(Cancel)).Length);
    }

    [Theory]
    [InlineData("/v1/images/{id}?modle=second", "'modle'")]
    [InlineData("/v1/images/{id}?model=first&model=second", "model")]
    [InlineData("/v1/images/{id}?model=third", "model")]
    [InlineData("/v1/images/{id}/mask?point=1,1&model=third", "model")]
    public async Task Rest_WrongQuery_NamesTheParameter(string path, string field)
    {
        await using var host = await ModelHost.StartAsync();
        using var client = host.Host.Client();
        await host.UploadAsync(Requests.File);

        var path1 = path.Replace("{id}", Requests.IdOf(Requests.File), StringComparison.Ordinal);
        var status = await client.GetAsync(path1, Cancel).FailsAsync(400);

        Assert.Contains(field, status.Fields().Keys);
    }

    [Fact]
    public async Task ETag_OfTwoModels_Differs()
    {
        await using var host = await ModelHost.StartAsync();
        using var client = host.Host.Client();
        await host.UploadAsync(Requests.File, "first");
        await host.UploadAsync(Requests.File, "second");
        var path = $"/v1/images/{Requests.IdOf(Requests.File)}/embedding";

        using var first = await client.GetAsync(path, Cancel);
        using var second = await client.GetAsync($"{path}?model=second", Cancel);
        using var crossed = await client.SendAsync(
            Http.Request(HttpMethod.Get, $"{path}?model=second", null, ("If-None-Match", $"{first.Headers.ETag}")), Cancel);
        using var same = await client.SendAsync(
            Http.Request(HttpMethod.Get, $"{path}?model=second", null, ("If-None-Match", $"{second.Headers.ETag}")), Cancel);

        Assert.NotEqual(first.Headers.ETag, second.Headers.ETag);
        Assert.Equal((200, 304), ((int)crossed.StatusCode, (int)same.StatusCode));
    }
}
