using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Segmentation.Masks;
using Segmentation.Masks.Polygons;
using Segmentation.Tests.Shared;

namespace Segmentation.Doors.Tests.LabelStudio;

/// <summary>Requests as Label Studio sends them.</summary>
public sealed class LabelStudioDoorTests(LabelStudioServer server) : IClassFixture<LabelStudioServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/health")]
    public async Task Health_Asked_IsUp(string path)
    {
        using var response = await server.GetAsync(path, Token);
        var answer = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(Token));

        Assert.Equal("UP", answer.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Doors_Asked_ListThisOne() => Assert.Contains(
        "/doors/label-studio/predict", await server.Http.GetStringAsync("/doors", Token), StringComparison.Ordinal);

    [Fact]
    public async Task Setup_Project_IsTheVersionOfPredictions()
    {
        using var response = await server.PostAsync("/setup", new JsonObject
        {
            ["project"] = "4.1700000000",
            ["schema"] = LabelStudioServer.Config(),
            ["hostname"] = "http://localhost:8080",
            ["access_token"] = "abc",
            ["extra_params"] = null,
        }, Token);
        var version = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(Token))
            .GetProperty("model_version").GetString();
        var ask = LabelStudioServer.Ask(LabelStudioServer.DataUrl, "", LabelStudioServer.Click(50, 50));
        ask.Remove("label_config");
        ask["project"] = "4.1700000001";

        var answer = (await server.PredictAsync(ask, Token))[0];

        Assert.Equal(version, answer.GetProperty("model_version").GetString());
        Assert.Equal("masks", answer.GetProperty("result")[0].GetProperty("from_name").GetString());
    }

    [Fact]
    public async Task Predict_Clicks_AreTheMaskOfTheRestApi()
    {
        var answer = (await server.PredictAsync(
            LabelStudioServer.Ask(
                LabelStudioServer.DataUrl,
                LabelStudioServer.Config(),
                LabelStudioServer.Click(50, 50),
                LabelStudioServer.Click(5, 5, isPositive: false)),
            Token))[0];
        var expected = await server.SegmentAsync(
            JsonNode.Parse("""
                {"points": [{"x": 300, "y": 200}, {"x": 30, "y": 20, "label": "POINT_LABEL_BACKGROUND"}]}
                """)!,
            Token);

        var region = Assert.Single(answer.GetProperty("result").EnumerateArray());
        Assert.Equal(expected.GetProperty("rle").GetProperty("counts").GetString(), RunsOf(region).ToCocoString());
        Assert.Equal("brushlabels", region.GetProperty("type").GetString());
        Assert.Equal("masks", region.GetProperty("from_name").GetString());
        Assert.Equal("image", region.GetProperty("to_name").GetString());
        Assert.Equal("rle", region.GetProperty("value").GetProperty("format").GetString());
        Assert.Equal("Cup", region.GetProperty("value").GetProperty("brushlabels")[0].GetString());
        Assert.Equal(expected.GetProperty("predictedIou").GetSingle(), region.GetProperty("score").GetSingle(), 5);
        Assert.Equal(region.GetProperty("score").GetSingle(), answer.GetProperty("score").GetSingle(), 5);
        Assert.False(region.GetProperty("readonly").GetBoolean());
    }

    [Fact]
    public async Task Predict_Rectangle_IsTheMaskOfTheBox()
    {
        var answer = (await server.PredictAsync(
            LabelStudioServer.Ask(
                LabelStudioServer.DataUrl, LabelStudioServer.Config(), LabelStudioServer.Rectangle(20, 10, 50, 75)),
            Token))[0];
        var expected = await server.SegmentAsync(
            JsonNode.Parse("""{"box": {"xMin": 120, "yMin": 40, "xMax": 420, "yMax": 340}}""")!, Token);

        Assert.Equal(
            expected.GetProperty("rle").GetProperty("counts").GetString(),
            RunsOf(answer.GetProperty("result")[0]).ToCocoString());
    }

    [Fact]
    public async Task Predict_Bitmask_IsAPictureOfTheMask()
    {
        var region = await RegionAsync("BitmaskLabels");

        Assert.Equal("bitmasklabels", region.GetProperty("type").GetString());
        Assert.StartsWith(
            "data:image/png;base64,iVBOR",
            region.GetProperty("value").GetProperty("imageDataURL").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_Polygon_IsNearTheMask()
    {
        var region = await RegionAsync("PolygonLabels");
        var mask = RunsOf(await RegionAsync("BrushLabels"));

        Assert.Equal("polygonlabels", region.GetProperty("type").GetString());
        float[] ring = [.. region.GetProperty("value").GetProperty("points").EnumerateArray().SelectMany(point => new[]
        {
            point[0].GetSingle() / 100 * mask.Width, point[1].GetSingle() / 100 * mask.Height,
        })];
        var outline = MaskPolygons.Trace(mask).Where(one => !one.IsHole).Max(one => one.Coordinates.Count)!;
        Assert.InRange(ring.Length, 6, outline);
        Assert.InRange(AreaOf(ring), 0.9 * mask.Area, 1.2 * mask.Area);
    }

    [Fact]
    public async Task Predict_OtherLabel_IsLeftToThePerson()
    {
        var answer = (await server.PredictAsync(
            LabelStudioServer.Ask(
                LabelStudioServer.DataUrl, LabelStudioServer.Config(), LabelStudioServer.Click(50, 50, label: "Bird")),
            Token))[0];

        Assert.Equal(0, answer.GetProperty("result")[0].GetProperty("value").GetProperty("brushlabels").GetArrayLength());
    }

    [Fact]
    public async Task Predict_NobodyPrompts_IsAnEmptyAnswerEach()
    {
        var ask = LabelStudioServer.Ask(LabelStudioServer.DataUrl, LabelStudioServer.Config());
        ask["tasks"]!.AsArray().Add(new JsonObject { ["id"] = 18, ["data"] = new JsonObject() });

        var answers = await server.PredictAsync(ask, Token);

        Assert.Equal([0, 0], answers.EnumerateArray().Select(answer => answer.GetProperty("result").GetArrayLength()));
    }

    [Fact]
    public async Task Predict_Prewarm_IsEmpty()
    {
        var ask = LabelStudioServer.Ask(LabelStudioServer.DataUrl, LabelStudioServer.Config());
        ask["params"]!["context"] = new JsonObject { ["event"] = "prewarm" };

        var answer = Assert.Single((await server.PredictAsync(ask, Token)).EnumerateArray());

        Assert.Equal(0, answer.GetProperty("result").GetArrayLength());
    }

    /// <summary>Of several tasks one without a picture gets an error of its own.</summary>
    [Fact]
    public async Task Predict_SeveralTasks_AreAnsweredInTheirOrder()
    {
        var ask = LabelStudioServer.Ask(LabelStudioServer.DataUrl, LabelStudioServer.Config(), LabelStudioServer.Click(50, 50));
        ask["tasks"]!.AsArray().Insert(0, new JsonObject { ["id"] = 18, ["data"] = new JsonObject { ["other"] = "x" } });
        ask["tasks"]!.AsArray().Insert(1, new JsonObject
        {
            ["id"] = 19, ["data"] = new JsonObject { ["image"] = "http://elsewhere.example/a.png" },
        });

        var answers = await server.PredictAsync(ask, Token);

        Assert.Equal([0, 0, 1], answers.EnumerateArray().Select(answer => answer.GetProperty("result").GetArrayLength()));
        Assert.StartsWith("tasks[0].data.image: ", answers[0].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("elsewhere.example", answers[1].GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    /// <summary>Prompts are on the upright picture, as browsers show it.</summary>
    [Fact]
    public async Task Predict_TurnedByExif_IsOfTheUprightPicture()
    {
        var file = File.ReadAllBytes(Path.Combine(
            Repository.Root, "tests", "Sam", "Data", "images", "seeding.jpg"));
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0,
        ];
        var upright = await SizeAsync(file);

        var turned = await SizeAsync([.. file[..2], .. exif, .. file[2..]]);

        Assert.Equal((upright.Height, upright.Width), turned);

        async Task<(int Width, int Height)> SizeAsync(byte[] picture)
        {
            var answer = (await server.PredictAsync(
                LabelStudioServer.Ask(
                    Convert.ToBase64String(picture), LabelStudioServer.Config(), LabelStudioServer.Click(50, 50)),
                Token))[0].GetProperty("result")[0];
            return (answer.GetProperty("original_width").GetInt32(), answer.GetProperty("original_height").GetInt32());
        }
    }

    [Theory]
    [InlineData("ANNOTATION_CREATED", HttpStatusCode.Created)]
    [InlineData("START_TRAINING", HttpStatusCode.Created)]
    [InlineData("SOMETHING", HttpStatusCode.OK)]
    public async Task Webhook_Event_IsTaken(string action, HttpStatusCode code)
    {
        using var response = await server.PostAsync("/webhook", new JsonObject { ["action"] = action }, Token);

        Assert.Equal(code, response.StatusCode);
    }

    [Theory]
    [InlineData("""{}""", "tasks: ")]
    [InlineData("""{"tasks": 7}""", "tasks: ")]
    [InlineData("""[]""", "body: ")]
    [InlineData("""{"tasks": [{}], "params": {"context": {"result": [{"type": "keypoint"}]}}}""", "label_config: ")]
    [InlineData(
        """{"tasks": [{}], "label_config": "<View/>", "params": {"context": {"result": []}}}""", "label_config: ")]
    public async Task Predict_WrongRequest_SaysWhatIsWrong(string body, string start)
    {
        using var content = new StringContent(body);
        using var response = await server.Http.PostAsync(
            new Uri("/doors/label-studio/predict", UriKind.Relative), content, Token);
        var answer = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(Token));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith(start, answer.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "tasks[0].data.image: Empty")]
    [InlineData("iVBORw0KGgo=", "image")]
    [InlineData("not base64 at all", "tasks[0].data.image: No base64")]
    [InlineData("s3://bucket/a.png", "tasks[0].data.image: The picture is in Label Studio")]
    [InlineData("http://elsewhere.example/a.png", "elsewhere.example: ")]
    public async Task Predict_NoPicture_SaysWhatIsWrong(string image, string part)
    {
        var ask = LabelStudioServer.Ask(image, LabelStudioServer.Config(), LabelStudioServer.Click(50, 50));
        ask["project"] = "999.1";
        using var response = await server.PostAsync("/predict", ask, Token);

        Assert.InRange((int)response.StatusCode, 400, 403);
        Assert.Contains(part, await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private async Task<JsonElement> RegionAsync(string tag)
    {
        var answer = await server.PredictAsync(
            LabelStudioServer.Ask(
                LabelStudioServer.DataUrl, LabelStudioServer.Config(tag), LabelStudioServer.Click(50, 50)),
            Token);
        return answer[0].GetProperty("result")[0];
    }

    private static RunLengths RunsOf(JsonElement region)
    {
        byte[] brush = [.. region.GetProperty("value").GetProperty("rle").EnumerateArray().Select(one => one.GetByte())];
        return RunLengths.FromBytes(
            region.GetProperty("original_height").GetInt32(),
            region.GetProperty("original_width").GetInt32(),
            BrushReader.Pixels(brush));
    }

    private static double AreaOf(float[] ring)
    {
        var area = 0.0;
        for (var i = 0; i < ring.Length; i += 2)
        {
            var next = (i + 2) % ring.Length;
            area += ((double)ring[i] * ring[next + 1] - (double)ring[next] * ring[i + 1]) / 2;
        }

        return Math.Abs(area);
    }
}
