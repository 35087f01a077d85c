using System.Net;
using System.Text.Json;
using Segmentation.Doors.Tests.Hosting;

namespace Segmentation.Doors.Tests.Cvat;

/// <summary>Requests as CVAT sends them to Nuclio's dashboard (its lambda_manager), and what it reads of the answers.</summary>
public sealed class CvatDoorTests(CvatServer server) : IClassFixture<CvatServer>
{
    private const string Click = "[[300,200]]";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Functions_OfTheModel_ArePointsBoxAndEverything()
    {
        using var list = await ReadAsync("api/functions");

        Assert.Equal(
            ["minisam.points", "minisam.box", "minisam.everything"],
            list.RootElement.EnumerateObject().Select(function => function.Name));
        foreach (var function in list.RootElement.EnumerateObject())
        {
            Assert.Equal(function.Name, function.Value.GetProperty("metadata").GetProperty("name").GetString());
            Assert.Equal("ready", function.Value.GetProperty("status").GetProperty("state").GetString());
            Assert.NotEqual("", function.Value.GetProperty("spec").GetProperty("description").GetString());
            using var alone = await ReadAsync($"api/functions/{function.Name}");
            Assert.Equal(function.Value.GetRawText(), alone.RootElement.GetRawText());
        }
    }

    /// <summary>Annotations of Nuclio's are texts, and CVAT takes any text of startswith_box for true.</summary>
    [Fact]
    public async Task Functions_Annotations_AreTextsThatCvatReads()
    {
        using var list = await ReadAsync("api/functions");
        var (points, box, detector) = (Of("minisam.points"), Of("minisam.box"), Of("minisam.everything"));

        Assert.All([points, box, detector], one => Assert.All(one.Values, value => Assert.Equal(JsonValueKind.String, value.ValueKind)));
        Assert.Equal(("interactor", "2", "1", "0"), (Text(points, "type"), Text(points, "version"), Text(points, "min_pos_points"), Text(points, "min_neg_points")));
        Assert.DoesNotContain("startswith_box", points.Keys);
        Assert.Equal("true", Text(box, "startswith_box"));
        Assert.Equal("detector", Text(detector, "type"));
        using var spec = JsonDocument.Parse(Text(detector, "spec")!);
        Assert.Equal(("thing", "mask"), (
            spec.RootElement[0].GetProperty("name").GetString(), spec.RootElement[0].GetProperty("type").GetString()));

        Dictionary<string, JsonElement> Of(string id) => list.RootElement.GetProperty(id).GetProperty("metadata")
            .GetProperty("annotations").EnumerateObject().ToDictionary(one => one.Name, one => one.Value);

        static string? Text(Dictionary<string, JsonElement> annotations, string name) => annotations[name].GetString();
    }

    /// <summary>CVAT puts its port behind a path that stands in its host.</summary>
    [Fact]
    public async Task PathWithCvatsPort_IsTheSame()
    {
        var plain = await server.Client.GetStringAsync("api/functions", Cancel);

        Assert.Equal(plain, await server.Client.GetStringAsync(new Uri(server.Address, "doors/cvat:8070/api/functions"), Cancel));
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(server.Address, "doors/cvat:8070/api/function_invocations"));
        request.Headers.Add("x-nuclio-function-name", "minisam.points");
        request.Content = OpenDoor.Json(Body(Click));
        using var answer = await server.Client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Function_Unknown_IsNotFoundInWords()
    {
        using var answer = await server.Client.GetAsync("api/functions/pth-facebookresearch-sam-vit-h", Cancel);

        await RefusedAsync(answer, HttpStatusCode.NotFound, "There is no function 'pth-facebookresearch-sam-vit-h'.");
    }

    [Fact]
    public async Task Points_OneClick_IsTheMaskOfTheRestInterface()
    {
        var expected = await server.SegmentAsync("""[{"points":[{"x":300,"y":200}]}]""", Cancel);

        Assert.Equal(expected[0], await server.MaskAsync("minisam.points", Body(Click), Cancel));
    }

    [Fact]
    public async Task Points_DataUrlWithNegativePoint_IsTheMaskOfTheRestInterface()
    {
        var expected = await server.SegmentAsync(
            """[{"points":[{"x":300,"y":200},{"x":40.5,"y":30.25,"label":"POINT_LABEL_BACKGROUND"}]}]""", Cancel);
        var body = Body(Click, "[[40.5,30.25]]", image: $"data:image/png;base64,{OpenDoor.PhotoText}");

        Assert.Equal(expected[0], await server.MaskAsync("minisam.points", body, Cancel));
    }

    /// <summary>CVAT's older releases send null where there are none, newer ones empty lists.</summary>
    [Theory]
    [InlineData("[[120,60],[480,380]]")]
    [InlineData("[[480,60],[120,380]]")]
    [InlineData("[120,60,480,380]")]
    public async Task Box_WithPoint_IsTheMaskOfTheRestInterface(string box)
    {
        var expected = await server.SegmentAsync(
            """[{"points":[{"x":300,"y":200}],"box":{"xMin":120,"yMin":60,"xMax":480,"yMax":380}}]""", Cancel);

        Assert.Equal(expected[0], await server.MaskAsync("minisam.box", Body(Click, "null", box), Cancel));
    }

    [Fact]
    public async Task Box_Alone_IsTheMaskOfTheRestInterface()
    {
        var expected = await server.SegmentAsync("""[{"box":{"xMin":120,"yMin":60,"xMax":480,"yMax":380}}]""", Cancel);

        Assert.Equal(expected[0], await server.MaskAsync("minisam.box", Body("[]", "[]", "[[120,60],[480,380]]"), Cancel));
    }

    [Fact]
    public async Task Points_NegativeOnly_IsTheMaskOfTheRestInterface()
    {
        var expected = await server.SegmentAsync(
            """[{"points":[{"x":300,"y":200,"label":"POINT_LABEL_BACKGROUND"}]}]""", Cancel);

        Assert.Equal(expected[0], await server.MaskAsync("minisam.points", Body("[]", Click), Cancel));
    }

    /// <summary>CVAT rounds a click to see whether it lies on the picture.</summary>
    [Fact]
    public async Task Points_HalfAPixelOutside_LieOnTheEdge()
    {
        var expected = await server.SegmentAsync("""[{"points":[{"x":0,"y":200}]}]""", Cancel);

        Assert.Equal(expected[0], await server.MaskAsync("minisam.points", Body("[[-0.4,200]]"), Cancel));
    }

    /// <summary>The surest mask is not as sure as that: CVAT looks at the first row's length also then.</summary>
    [Fact]
    public async Task Points_ThresholdAboveTheMask_IsAnEmptyMask()
    {
        using var answer = await server.InvokeAsync(
            "minisam.points", Body(Click, more: ""","threshold":1"""), Cancel);

        Assert.Equal(
            """{"mask":[[0]],"bounds":[0,0,0,0],"points":[]}""", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Everything_Photograph_IsMasksWithinTheBounds()
    {
        using var answer = await server.InvokeAsync(
            "minisam.everything", $$"""{"image":"{{OpenDoor.PhotoText}}","threshold":0.5}""", Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var shapes = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(Cancel));
        Assert.InRange(shapes.RootElement.GetArrayLength(), 1, 5);
        var last = float.MaxValue;
        foreach (var shape in shapes.RootElement.EnumerateArray())
        {
            Assert.Equal("thing", shape.GetProperty("label").GetString());
            Assert.Equal("mask", shape.GetProperty("type").GetString());
            Assert.Equal(0, shape.GetProperty("attributes").GetArrayLength());
            Assert.InRange(shape.GetProperty("confidence").GetSingle(), 0.5f, last);
            last = shape.GetProperty("confidence").GetSingle();
            int[] mask = [.. shape.GetProperty("mask").EnumerateArray().Select(value => value.GetInt32())];
            var (left, top, right, bottom) = (mask[^4], mask[^3], mask[^2], mask[^1]);
            var width = right - left + 1;
            Assert.Equal(width * (bottom - top + 1), mask.Length - 4);
            Assert.All(mask[..^4], pixel => Assert.True(pixel is 0 or 1));
            var placed = OpenDoor.Placed([.. mask[..^4].Chunk(width)], left, top);
            Assert.Equal((left, top, width, bottom - top + 1), (placed.Box.X, placed.Box.Y, placed.Box.Width, placed.Box.Height));
            double[] outline = [.. shape.GetProperty("points").EnumerateArray().Select(value => value.GetDouble())];
            Assert.True(outline.Length >= 8 && outline.Length % 2 == 0);
            var filled = Masks.Polygons.PolygonFill.Fill(400, 600, outline);
            Assert.True(filled.Intersection(placed) >= placed.Area / 2, "The outline is of the mask.");
        }
    }

    [Theory]
    [InlineData(null, "{}", HttpStatusCode.BadRequest, "x-nuclio-function-name: Missing")]
    [InlineData("minisam.tracker", "{}", HttpStatusCode.NotFound, "There is no function 'minisam.tracker'.")]
    [InlineData("other.points", "PHOTO,\"pos_points\":[[1,1]]}", HttpStatusCode.BadRequest, "other")]
    [InlineData("minisam.points", "[]", HttpStatusCode.BadRequest, "body: No JSON object")]
    [InlineData("minisam.points", "{", HttpStatusCode.BadRequest, "body: No JSON: wrong at line 1")]
    [InlineData("minisam.points", "{\"pos_points\":[[1,1]]}", HttpStatusCode.BadRequest, "image: Missing")]
    [InlineData("minisam.points", "{\"image\":\"*\",\"pos_points\":[[1,1]]}", HttpStatusCode.BadRequest, "image: No base64")]
    [InlineData("minisam.points", "{\"image\":\"AQID\",\"pos_points\":[[1,1]]}", HttpStatusCode.BadRequest, "image")]
    [InlineData("minisam.points", "PHOTO}", HttpStatusCode.BadRequest, "pos_points: Empty")]
    [InlineData("minisam.points", "PHOTO,\"pos_points\":[[1]]}", HttpStatusCode.BadRequest, "pos_points[0]: a point, [x, y] is needed, not an array of 1.")]
    [InlineData("minisam.points", "PHOTO,\"pos_points\":[[1,\"2\"]]}", HttpStatusCode.BadRequest, "pos_points[0][1]: a number is needed, not a text.")]
    [InlineData("minisam.points", "PHOTO,\"pos_points\":[[1,1e99]]}", HttpStatusCode.BadRequest, "pos_points[0][1]: a number is needed, not 1e99.")]
    [InlineData("minisam.points", "PHOTO,\"pos_points\":[[601,1]]}", HttpStatusCode.BadRequest, "601 is outside of the image: 0 to 600")]
    [InlineData("minisam.points", "PHOTO,\"pos_points\":[[-9,1]]}", HttpStatusCode.BadRequest, "-9 is outside of the image")]
    [InlineData("minisam.points", "PHOTO,\"pos_points\":{}}", HttpStatusCode.BadRequest, "pos_points: an array is needed, not an object.")]
    [InlineData("minisam.box", "PHOTO,\"obj_bbox\":[[1,1]]}", HttpStatusCode.BadRequest, "obj_bbox: two corners")]
    [InlineData("minisam.box", "PHOTO,\"obj_bbox\":[[700,1],[900,90]]}", HttpStatusCode.BadRequest, "The box lies outside of the image")]
    [InlineData("minisam.everything", "PHOTO,\"threshold\":2}", HttpStatusCode.BadRequest, "threshold: 2 is outside of 0 to 1.")]
    public async Task Invocation_Wrong_IsRefusedInTheStatusLine(string? function, string body, HttpStatusCode status, string words)
    {
        using var answer = await server.InvokeAsync(
            function, body.Replace("PHOTO", $"{{\"image\":\"{OpenDoor.PhotoText}\"", StringComparison.Ordinal), Cancel);

        await RefusedAsync(answer, status, words);
    }

    [Fact]
    public async Task Points_MoreThanAPromptTakes_AreRefused()
    {
        var many = string.Join(',', Enumerable.Range(0, 65).Select(i => $"[{i},{i}]"));
        using var answer = await server.InvokeAsync("minisam.points", Body($"[{many}]"), Cancel);

        await RefusedAsync(answer, HttpStatusCode.BadRequest, "65 points; at most 64 are allowed");
    }

    /// <summary>CVAT's time-out closes the connection; the server goes on with the next one.</summary>
    [Fact]
    public async Task Everything_CallerLeaves_TheNextIsAnswered()
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var left = server.InvokeAsync("minisam.everything", $$"""{"image":"{{OpenDoor.PhotoText}}","threshold":0.1}""", leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        using var answer = await server.InvokeAsync("minisam.points", Body(Click), Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static string Body(
        string positive, string negative = "[]", string box = "null", string? image = null, string more = "") =>
        $$"""{"image":"{{image ?? OpenDoor.PhotoText}}","pos_points":{{positive}},"neg_points":{{negative}},"obj_bbox":{{box}}{{more}}}""";

    /// <summary>CVAT shows its user the status line, and drops the body.</summary>
    private static async Task RefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string words)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(words, answer.ReasonPhrase, StringComparison.Ordinal);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Contains(words, body.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    private async Task<JsonDocument> ReadAsync(string path) =>
        JsonDocument.Parse(await server.Client.GetStringAsync(path, Cancel));
}
