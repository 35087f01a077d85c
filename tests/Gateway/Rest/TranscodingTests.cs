using System.Net;
using Google.Protobuf.WellKnownTypes;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Rest;

public sealed class TranscodingTests
{
    private const string Click = """{"prompts": [{"points": [{"x": 300, "y": 200}]}]}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Path => $"/v1/images/{Requests.IdOf(Requests.File)}";

    [Fact]
    public async Task Images_GetAndDelete_AreTheRpcs()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        await host.UploadAsync(Requests.File);

        var image = await client.GetAsync(Path, Cancel).ReadAsync<Image>();
        await client.DeleteAsync(Path, Cancel).ReadAsync<Empty>();
        var status = await client.GetAsync(Path, Cancel).FailsAsync(404);

        Assert.Equal(Requests.IdOf(Requests.File), image.Id);
        Assert.Equal("IMAGE_NOT_FOUND", status.Reason());
        Assert.Contains("POST /v1/images", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_Of64BitNumbers_IsAString()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        await host.UploadAsync(Requests.File);

        var text = await client.GetStringAsync(Path, Cancel);

        Assert.Contains("\"sizeBytes\":\"5\"", text.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("null", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Segment_ByPathByIdAndInline_AreTheSameCall()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        await host.UploadAsync(Requests.File);
        var expected = await host.Segmentation.SegmentAsync(
            new SegmentRequest { ImageId = Requests.IdOf(Requests.File), Prompts = { Requests.Click(300, 200) } },
            cancellationToken: Cancel);

        var byPath = await client.PostAsync($"{Path}:segment", Http.Json(Click), Cancel).ReadAsync<SegmentResponse>();
        var byId = await client.PostAsync(
            "/v1/segment",
            Http.Json($$"""{"image_id": "{{Requests.IdOf(Requests.File)}}", {{Click[1..]}}"""),
            Cancel).ReadAsync<SegmentResponse>();
        var inline = await client.PostAsync(
            "/v1/segment",
            Http.Json($$"""{"imageData": "{{Convert.ToBase64String(Requests.File)}}", {{Click[1..]}}"""),
            Cancel).ReadAsync<SegmentResponse>();

        Assert.Equal(3, expected.Results[0].Masks.Count);
        Assert.Equal(expected, byPath);
        Assert.Equal(expected, byId);
        Assert.Equal(expected, inline);
    }

    [Fact]
    public async Task Segment_InlineImageOfThirtyMegabytes_Passes()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        var image = Convert.ToBase64String(new byte[60_000_000]);

        var response = await client.PostAsync(
            "/v1/segment", Http.Json($$"""{"imageData": "{{image}}", {{Click[1..]}}"""), Cancel)
            .ReadAsync<SegmentResponse>();

        Assert.Equal(60_000_000u, response.Image.SizeBytes);
    }

    [Fact]
    public async Task Segment_InlineImageOverTheLimits_IsTooLarge()
    {
        await using var host = await GatewayHost.StartAsync(options: ("Segmentation:Uploads:MaxImageBytes", "300000"));
        using var client = host.Client();
        var image = await client.PostAsync("/v1/segment", Inline(new byte[300_001]), Cancel).FailsAsync(413);

        // Refused by its length alone. Whoever sends it all the same may find the connection closed before the answer.
        using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) };
        using var asking = new HttpClient(handler) { BaseAddress = client.BaseAddress };
        var far = Http.Request(HttpMethod.Post, "/v1/segment", Inline(new byte[2_000_000]));
        far.Headers.ExpectContinue = true;
        var body = await asking.SendAsync(far, Cancel).FailsAsync(413);

        Assert.Equal("IMAGE_TOO_LARGE", image.Reason());
        Assert.Equal("BODY_TOO_LARGE", body.Reason());
        Assert.Contains("POST /v1/images", body.Message, StringComparison.Ordinal);

        static HttpContent Inline(byte[] image) =>
            Http.Json($$"""{"imageData": "{{Convert.ToBase64String(image)}}", {{Click[1..]}}""");
    }

    [Fact]
    public async Task Segment_WrongPrompt_NamesTheFieldAsGrpcDoes()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        await host.UploadAsync(Requests.File);

        var status = await client.PostAsync(
            $"{Path}:segment", Http.Json("""{"prompts": [{"points": [{"x": 700, "y": 1}]}]}"""), Cancel).FailsAsync(400);

        Assert.Contains("700", status.Fields()["prompts[0].points[0].x"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"prompts": [{"pionts": []}]}""", "pionts")]
    [InlineData("""{"prompts": [{"points": [{"x": "left"}]}]}""", "left")]
    [InlineData("""{"prompts": [""", "SegmentRequest")]
    [InlineData("", "SegmentRequest")]
    public async Task Segment_BodyIsNotItsJson_SaysWhere(string body, string word)
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();

        var status = await client.PostAsync($"{Path}:segment", Http.Json(body), Cancel).FailsAsync(400);

        Assert.Equal("INVALID_JSON", status.Reason());
        Assert.Contains(word, status.Fields()["body"], StringComparison.Ordinal);
    }

    /// <summary>A body that holds an image is looked at as closely as a short one.</summary>
    [Theory]
    [InlineData("\"pionts\": []", "no field 'pionts'", false)]
    [InlineData("\"prompts\": [{\"points\": [{\"x\": \"left\"}]}]", "prompts[0].points[0].x: 'left' is no number", false)]
    [InlineData("\"prompts\": [}", "unexpected '}'", true)]
    public async Task Segment_LongBodyWithAMistake_SaysWhere(string mistake, string words, bool chunked)
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        var body = "{\"imageData\": \"" + Convert.ToBase64String(new byte[300_000]) + "\",\n " + mistake + "}";
        var request = Http.Request(HttpMethod.Post, "/v1/segment", Http.Json(body));
        request.Headers.TransferEncodingChunked = chunked;

        var status = await client.SendAsync(request, Cancel).FailsAsync(400);

        Assert.Equal("INVALID_JSON", status.Reason());
        Assert.Contains("line 2, column", status.Fields()["body"], StringComparison.Ordinal);
        Assert.Contains(words, status.Fields()["body"], StringComparison.Ordinal);
        Assert.Empty(host.Encoder.Encoded);
    }

    [Theory]
    [InlineData(":segment", null)]
    [InlineData(":segment", "image/png")]
    [InlineData(":segmentEverything", null)]
    public async Task ByPath_BodyNamesAnotherImage_IsRefused(string verb, string? accept)
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        await host.UploadAsync(Requests.File);
        var image = Requests.IdOf(Requests.OtherFile);

        var other = await PostAsync($$"""{"imageId": "{{image}}"}""").FailsAsync(400);
        var bytes = await PostAsync("""{"imageData": "AAAA"}""").FailsAsync(400);

        Assert.Contains(image[..20], other.Fields()["image_id"], StringComparison.Ordinal);
        Assert.Contains("The path has image_id already", bytes.Fields()["image_data"], StringComparison.Ordinal);

        Task<HttpResponseMessage> PostAsync(string body) => client.SendAsync(
            Http.Request(HttpMethod.Post, Path + verb, Http.Json(body), ("Accept", accept ?? "application/json")), Cancel);
    }

    [Fact]
    public async Task ByPath_BodyNamesTheSameImage_IsAnswered()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        await host.UploadAsync(Requests.File);
        var body = $$"""{"imageId": "{{Requests.IdOf(Requests.File)}}", {{Click[1..]}}""";

        var response = await client.PostAsync($"{Path}:segment", Http.Json(body), Cancel).ReadAsync<SegmentResponse>();

        Assert.Single(response.Results);
    }

    [Fact]
    public async Task Segment_BodyOfAnotherKind_SaysWhichToSend()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();

        var status = await client.PostAsync($"{Path}:segment", Http.Bytes(Requests.File), Cancel).FailsAsync(415);

        Assert.Contains("application/json", status.Fields()["Content-Type"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Segment_ABug_ShowsANumberAndNoStackTrace()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        host.ErrorsExpected = true;
        await host.UploadAsync(Requests.File);
        host.Grain.Before = (_, _, _) => throw new InvalidOperationException("secret");

        var status = await client.PostAsync($"{Path}:segment", Http.Json(Click), Cancel).FailsAsync(500);

        Assert.Equal("INTERNAL", status.Reason());
        Assert.DoesNotContain("secret", status.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownPathAndMethod_AreExplained()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();

        var path = await client.GetAsync("/v1/nothing", Cancel).FailsAsync(404);
        var method = await client.PutAsync(Path, Http.Bytes(Requests.File), Cancel).FailsAsync(405);

        Assert.Contains("'/v1/nothing'", path.Message, StringComparison.Ordinal);
        Assert.Contains("GET", method.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/embedding")]
    public async Task Get_WithTheTagOfTheLastAnswer_IsNotModifiedWhileHeld(string suffix)
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        await host.UploadAsync(Requests.File);
        using var first = await client.GetAsync(Path + suffix, Cancel);
        var tag = $"{first.Headers.ETag}";

        using var again = await client.SendAsync(
            Http.Request(HttpMethod.Get, Path + suffix, null, ("If-None-Match", tag)), Cancel);
        using var other = await client.SendAsync(
            Http.Request(HttpMethod.Get, Path + suffix, null, ("If-None-Match", "\"other\"")), Cancel);
        host.Store.Clear();
        using var gone = await client.SendAsync(
            Http.Request(HttpMethod.Get, Path + suffix, null, ("If-None-Match", tag)), Cancel);

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(tag, $"{again.Headers.ETag}");
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Null(gone.Headers.ETag);
    }

    [Fact(Timeout = 600_000)]
    public async Task SegmentEverything_Answers_AreAJsonObjectALine()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        await host.UploadAsync(Requests.File);

        using var response = await client.PostAsync(
            $"{Path}:segmentEverything", Http.Json("""{"options": {"pointsPerSide": 8}}"""), cancel);
        var lines = (await response.Content.ReadAsStringAsync(cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answers = lines.Select(Google.Protobuf.JsonParser.Default.Parse<SegmentEverythingResponse>).ToList();
        Assert.Equal(Requests.IdOf(Requests.File), answers[0].Started.Image.Id);
        Assert.Equal((uint)answers.Count(answer => answer.Mask is not null), answers[^1].Finished.Masks);
        Assert.NotEqual(0u, answers[^1].Finished.Masks);
    }
}
