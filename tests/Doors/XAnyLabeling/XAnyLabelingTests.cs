using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Segmentation.Masks.Polygons;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Tests.XAnyLabeling;

[Collection(RunningDoors.Collection)]
public sealed class XAnyLabelingTests(RunningDoors server)
{
    private const string Path = "/doors/x-anylabeling";

    private static readonly string _image = $"data:image/png;base64,{Convert.ToBase64String(RunningDoors.Coffee)}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Models_Listed_HaveTheTasksAndControlsOfTheClient()
    {
        var (_, health) = await server.GetAsync($"{Path}/health", Cancel);
        var (_, models) = await server.GetAsync($"{Path}/v1/models", Cancel);
        var (_, model) = await server.GetAsync($"{Path}/v1/models/minisam/info", Cancel);
        var (unknown, _) = await server.GetAsync($"{Path}/v1/models/other/info", Cancel);

        Assert.Equal(("healthy", 1), ((string?)health["status"], (int?)health["models_loaded"]));
        Assert.True((bool?)models["success"]);
        var tasks = models["data"]!["minisam"]!["available_tasks"]!.AsArray();
        Assert.Equal(["prompt", "everything"], tasks.Select(task => (string?)task!["id"]));
        Assert.NotNull(tasks[0]!["active_widgets"]!["button_add_rect"]);
        Assert.Equal("minisam", (string?)model["data"]!["model_id"]);
        Assert.Equal(404, unknown);
    }

    /// <summary>A click and a rectangle: the outline of the mask that this system's own interface gives.</summary>
    [Fact]
    public async Task Predict_Marks_GivesTheOutlineOfSegmentsMask()
    {
        var (status, body) = await PredictAsync(new JsonObject
        {
            ["epsilon_factor"] = 0,
            ["marks"] = new JsonArray(Mark("rectangle", 400, 300, 200, 100), Mark("point", 300, 200)),
        });
        var own = await server.SegmentAsync(
            new()
            {
                Prompts =
                {
                    new Prompt
                    {
                        Box = new Box { XMin = 200, YMin = 100, XMax = 400, YMax = 300 },
                        Points = { new Point { X = 300, Y = 200 } },
                    },
                },
                Output = new() { MaskCount = MaskCount.One },
            },
            Cancel);
        var mask = RunningDoors.RunsOf(own.Results[0].Masks[0]);

        Assert.Equal(200, status);
        Assert.False((bool?)body["data"]!["replace"]);
        var shapes = body["data"]!["shapes"]!.AsArray();
        Assert.All(shapes, shape => Assert.Equal(
            ("AUTOLABEL_OBJECT", "polygon"), ((string?)shape!["label"], (string?)shape["shape_type"])));
        var largest = shapes.Select(RingOf).Select(ring => PolygonFill.Fill(400, 600, ring)).MaxBy(ring => ring.Area)!;
        Assert.Equal(largest.Area, MaskPolygons.Trace(mask).Where(ring => !ring.IsHole)
            .Select(ring => PolygonFill.Fill(400, 600, [.. ring.Coordinates.Select(one => (double)one)]).Area).Max());
        Assert.True(largest.IoU(mask) > 0.95);
    }

    [Fact]
    public async Task Predict_CoarserOutline_HasFewerCornersAndNearlyTheSameMask()
    {
        var fine = await PredictAsync(new JsonObject { ["epsilon_factor"] = 0, ["marks"] = new JsonArray(Mark("point", 300, 200)) });
        var coarse = await PredictAsync(new JsonObject { ["epsilon_factor"] = 0.005, ["marks"] = new JsonArray(Mark("point", 300, 200)) });

        var (all, fewer) = (RingOf(fine.Body["data"]!["shapes"]![0]), RingOf(coarse.Body["data"]!["shapes"]![0]));
        Assert.InRange(fewer.Length, 6, all.Length - 2);
        Assert.True(PolygonFill.Fill(400, 600, all).IoU(PolygonFill.Fill(400, 600, fewer)) > 0.9);
    }

    [Fact]
    public async Task Predict_BoxesInsteadOfMasks_GivesTheBoxAroundTheMask()
    {
        var (_, body) = await PredictAsync(new JsonObject
        {
            ["marks"] = new JsonArray(Mark("rectangle", 200, 100, 400, 300)), ["show_masks"] = false, ["show_boxes"] = true,
        });
        var own = await server.SegmentAsync(
            new()
            {
                Prompts = { new Prompt { Box = new Box { XMin = 200, YMin = 100, XMax = 400, YMax = 300 } } },
                Output = new() { MaskCount = MaskCount.One },
            },
            Cancel);

        var box = own.Results[0].Masks[0].BoundingBox;
        var shape = Assert.Single(body["data"]!["shapes"]!.AsArray())!;
        Assert.Equal("rectangle", (string?)shape["shape_type"]);
        Assert.Equal([box.X, box.Y], shape["points"]![0]!.AsArray().Select(side => (uint)side!));
        Assert.Equal([box.X + box.Width, box.Y + box.Height], shape["points"]![2]!.AsArray().Select(side => (uint)side!));
    }

    [Fact]
    public async Task Predict_EverythingWithoutMarks_GivesManyShapes()
    {
        var (status, body) = await PredictAsync(new JsonObject { ["current_task"] = "everything", ["conf_threshold"] = 0.8 });

        Assert.Equal(200, status);
        Assert.Null(body["data"]!["replace"]);
        Assert.True(body["data"]!["shapes"]!.AsArray().Count > 3);
        Assert.All(body["data"]!["shapes"]!.AsArray(), shape => Assert.Equal("object", (string?)shape!["label"]));
    }

    [Fact]
    public async Task Predict_NoMarks_GivesNoShapes()
    {
        var (status, body) = await PredictAsync(new JsonObject { ["conf_threshold"] = 0.0, ["iou_threshold"] = 0.0 });

        Assert.Equal(200, status);
        Assert.Empty(body["data"]!["shapes"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"params":{}}""", "image: Missing")]
    [InlineData("""{"image":7}""", "image: Missing")]
    [InlineData("""{"image":"%"}""", "image: No base64")]
    [InlineData("""{"image":"AQID","params":[]}""", "params: A JSON object")]
    [InlineData("""{"image":"AQID","params":{"marks":{}}}""", "params.marks: A list")]
    [InlineData("""{"image":"AQID","params":{"marks":[1]}}""", "params.marks[0]: A JSON object")]
    [InlineData("""{"image":"AQID","params":{"marks":[{"type":"circle","data":[1]}]}}""", "params.marks[0].type: 'circle'")]
    [InlineData("""{"image":"AQID","params":{"marks":[{"type":"point","data":[1]}]}}""", "params.marks[0].data: A list of 2 numbers")]
    [InlineData("""{"image":"AQID","params":{"marks":[{"type":"point","label":2,"data":[1,2]}]}}""", "params.marks[0].label: A whole number of 0 to 1")]
    [InlineData("""{"image":"AQID","params":{"current_task":"x"}}""", "params.current_task: 'x'")]
    [InlineData("""{"image":"AQID","params":{"text_prompt":"cup"}}""", "params.text_prompt: These models take no text")]
    [InlineData("""{"image":"AQID","params":{"epsilon_factor":2}}""", "params.epsilon_factor: A number of 0 to 1")]
    [InlineData("""{"image":"AQID","model":"other","params":{"marks":[{"type":"point","data":[1,2]}]}}""", "model: ")]
    [InlineData("""{"image":"AQID","params":{"marks":[{"type":"point","data":[1,2]}]}}""", "image")]
    public async Task Predict_WrongRequest_SaysSoInBodyAndStatusLine(string json, string start)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await server.Http.PostAsync(new Uri($"{Path}/v1/predict", UriKind.Relative), content, Cancel);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False((bool?)body["success"]);
        Assert.StartsWith(start, (string?)body["error"]!["message"], StringComparison.Ordinal);
        Assert.StartsWith(start, answer.ReasonPhrase, StringComparison.Ordinal);
    }

    private static JsonObject Mark(string type, params int[] data) => new()
    {
        ["type"] = type,
        ["label"] = 1,
        ["data"] = new JsonArray([.. data.Select(one => JsonValue.Create(one))]),
    };

    private static double[] RingOf(JsonNode? shape) =>
        [.. shape!["points"]!.AsArray().SkipLast(1).SelectMany(point => point!.AsArray().Select(side => (double)side!))];

    private Task<(int Status, JsonNode Body)> PredictAsync(JsonObject parameters) => server.PostAsync(
        $"{Path}/v1/predict", new JsonObject { ["model"] = "minisam", ["image"] = _image, ["params"] = parameters }, Cancel);
}
