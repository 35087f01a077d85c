using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Segmentation.Doors.Tests.Hosting;
using Segmentation.Masks;
using Segmentation.Masks.Polygons;

namespace Segmentation.Doors.Tests.Roboflow;

/// <summary>Requests to roboflow's <c>/sam2</c> (its entities and SDK), compared with this server's own interface.</summary>
public sealed class Sam2DoorTests(RoboflowServer server) : IClassFixture<RoboflowServer>
{
    private const string Route = "sam2/segment_image";
    private const string Click = """{"points":[{"x":300,"y":200,"positive":true}]}""";

    /// <summary>Around (300, 220), from (120, 60) to (480, 380).</summary>
    private const string Box = """{"box":{"x":300,"y":220,"width":360,"height":320}}""";

    private const string OwnClick = """{"points":[{"x":300,"y":200}]}""";
    private const string OwnBox = """{"box":{"xMin":120,"yMin":60,"xMax":480,"yMax":380}}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Segment_TwoPromptsAsRuns_AreTheBestMasksOfTheRestInterface()
    {
        var expected = await server.SegmentAsync($"[{OwnClick},{OwnBox}]", Cancel, """{"maskCount":"MASK_COUNT_THREE"}""");

        using var answer = await server.ReadAsync(
            Route, $$"""{"image":PHOTO,"prompts":{"prompts":[{{Click}},{{Box}}]},"format":"rle","api_key":null}""", Cancel);

        Assert.Equal(expected, Predictions(answer, "rle").Select(OpenDoor.Runs));
        Assert.True(answer.RootElement.GetProperty("time").GetDouble() > 0);
    }

    [Fact]
    public async Task Segment_OneMask_IsTheSingleMaskOfTheRestInterface()
    {
        var expected = await server.SegmentAsync($"[{OwnClick}]", Cancel, """{"maskCount":"MASK_COUNT_ONE"}""");

        using var answer = await server.ReadAsync(
            Route, $$"""{"image":PHOTO,"prompts":[{{Click}}],"format":"rle","multimask_output":false}""", Cancel);

        Assert.Equal(expected, Predictions(answer, "rle").Select(OpenDoor.Runs));
    }

    [Fact]
    public async Task Segment_PolygonsOfOnePromptAlone_FillTheMaskWithoutHoles()
    {
        var expected = (await server.SegmentAsync($"[{OwnBox}]", Cancel, """{"maskCount":"MASK_COUNT_THREE"}"""))[0];

        using var answer = await server.ReadAsync(Route, $$"""{"image":PHOTO,"prompts":{{Box}}}""", Cancel);

        var rings = Predictions(answer, "polygon").Single().EnumerateArray().ToArray();
        Assert.Equal(MaskPolygons.Trace(expected).Count(ring => !ring.IsHole), rings.Length);
        var filled = new byte[400 * 600];
        foreach (var ring in rings)
        {
            var pixels = PolygonFill.Fill(400, 600, Flat(ring)).ToBytes();
            for (var i = 0; i < filled.Length; i++)
            {
                filled[i] |= pixels[i];
            }
        }

        Assert.Equal(expected.Area, RunLengths.FromBytes(400, 600, filled).Intersection(expected));
    }

    [Fact]
    public async Task Segment_Binary_IsNumpysArchive()
    {
        var expected = await server.SegmentAsync($"[{OwnClick},{OwnBox}]", Cancel, """{"maskCount":"MASK_COUNT_THREE"}""");

        var bytes = await server.BytesAsync(
            Route, $$"""{"image":PHOTO,"prompts":[{{Click}},{{Box}}],"format":"binary"}""", Cancel);

        using var archive = new ZipArchive(new MemoryStream(bytes));
        Assert.Equal(["masks.npy", "low_res_masks.npy"], archive.Entries.Select(entry => entry.FullName));
        using var file = new MemoryStream();
        await using (var masks = await archive.Entries[0].OpenAsync(Cancel))
        {
            await masks.CopyToAsync(file, Cancel);
        }

        var values = Doors.Roboflow.NumpyFile.Read(file.ToArray(), 2 * 400 * 600);
        Assert.All(values, value => Assert.True(value is 1 or -1));
        byte[] pixels = [.. values.Select(value => (byte)(value > 0 ? 1 : 0))];
        Assert.Equal(expected, pixels.Chunk(400 * 600).Select(mask => RunLengths.FromBytes(400, 600, mask)));
    }

    [Fact]
    public async Task Embed_ThenSegmentByIds_IsTheSameMask()
    {
        using var own = await server.ReadAsync("sam2/embed_image", """{"image":PHOTO,"sam2_version_id":"hiera_tiny"}""", Cancel);
        using var named = await server.ReadAsync("sam2/embed_image", """{"image":PHOTO,"image_id":"cup"}""", Cancel);
        var id = own.RootElement.GetProperty("image_id").GetString();

        Assert.StartsWith("sha256:", id, StringComparison.Ordinal);
        Assert.Equal("cup", named.RootElement.GetProperty("image_id").GetString());
        using var sent = await server.ReadAsync(Route, $$"""{"image":PHOTO,"prompts":[{{Click}}],"format":"rle"}""", Cancel);
        using var byName = await server.ReadAsync(Route, $$"""{"image_id":"cup","prompts":[{{Click}}],"format":"rle"}""", Cancel);
        using var byId = await server.ReadAsync(Route, $$"""{"image_id":"{{id}}","prompts":[{{Click}}],"format":"rle"}""", Cancel);
        var expected = OpenDoor.Runs(Predictions(sent, "rle").Single());
        Assert.Equal(expected, OpenDoor.Runs(Predictions(byName, "rle").Single()));
        Assert.Equal(expected, OpenDoor.Runs(Predictions(byId, "rle").Single()));
    }

    /// <summary>A miss is no error; a hit goes on from the mask before, as a mask prompt of the REST interface does.</summary>
    [Fact]
    public async Task Segment_LogitsFromCache_GoOnFromTheEarlierPrompt()
    {
        const string Two = """{"points":[{"x":310,"y":210,"positive":true},{"x":40,"y":40,"positive":false}]}""";
        const string One = """{"points":[{"x":310,"y":210,"positive":true}]}""";
        using var miss = await SegmentAsync(Two, "load");
        using var plain = await SegmentAsync(Two, "none");
        using var saved = await SegmentAsync(One, "save");
        using var hit = await SegmentAsync(Two, "load");
        using var again = await SegmentAsync(One, "load");

        Assert.Equal(Mask(plain), Mask(miss));
        Assert.Equal(Mask(saved), Mask(again));
        Assert.NotEqual(Confidence(plain), Confidence(hit));

        Task<JsonDocument> SegmentAsync(string prompt, string cache) => server.ReadAsync(
            Route,
            $$"""{"image":PHOTO,"prompts":[{{prompt}}],"format":"rle","{{cache}}_logits_{{(cache == "save" ? "to" : "from")}}_cache":true}""",
            Cancel);

        static RunLengths Mask(JsonDocument answer) => OpenDoor.Runs(Predictions(answer, "rle").Single());

        static float Confidence(JsonDocument answer) =>
            answer.RootElement.GetProperty("predictions")[0].GetProperty("confidence").GetSingle();
    }

    [Theory]
    [InlineData("""{"prompts":[CLICK]}""", HttpStatusCode.BadRequest, "image: Missing")]
    [InlineData("""{"image_id":"nobody's","prompts":[CLICK]}""", HttpStatusCode.NotFound, "image_id: This server does not know the id")]
    [InlineData("""{"image":PHOTO}""", HttpStatusCode.BadRequest, "prompts: 0 prompts; 1 to 256 are allowed")]
    [InlineData("""{"image":PHOTO,"prompts":[{}]}""", HttpStatusCode.BadRequest, "prompts[0]: Empty")]
    [InlineData("""{"image":PHOTO,"prompts":[{"points":[{"x":1,"y":1}]}]}""", HttpStatusCode.BadRequest, "prompts[0].points[0].positive: Missing")]
    [InlineData("""{"image":PHOTO,"prompts":[{"points":[{"x":1,"positive":true}]}]}""", HttpStatusCode.BadRequest, "prompts[0].points[0].y: Missing")]
    [InlineData("""{"image":PHOTO,"prompts":[{"box":{"x":1,"y":1,"width":"2","height":2}}]}""", HttpStatusCode.BadRequest, "prompts[0].box.width: a number is needed, not a text.")]
    [InlineData("""{"image":PHOTO,"prompts":[{"points":[{"x":700,"y":1,"positive":true}]}]}""", HttpStatusCode.BadRequest, "700 is outside of the image")]
    [InlineData("""{"image":PHOTO,"prompts":7}""", HttpStatusCode.BadRequest, "prompts: an array is needed, not 7.")]
    [InlineData("""{"image":PHOTO,"prompts":[CLICK],"format":"png"}""", HttpStatusCode.BadRequest, "format: Unknown: one of json, rle, binary")]
    [InlineData("""{"image":PHOTO,"prompts":[CLICK],"multimask_output":1}""", HttpStatusCode.BadRequest, "multimask_output: true or false is needed, not 1.")]
    [InlineData("""{"image":{"type":"numpy","value":"gASV"},"prompts":[CLICK]}""", HttpStatusCode.BadRequest, "image.type: Arrays of numpy")]
    [InlineData("""{"image":{"type":"url","value":"http://localhost/a.png"},"prompts":[CLICK]}""", HttpStatusCode.BadRequest, "Segmentation:Doors:Fetching")]
    [InlineData("""{"image":{"type":"file","value":"a"},"prompts":[CLICK]}""", HttpStatusCode.BadRequest, "image.type: Unknown")]
    [InlineData("""{"image":[PHOTO],"prompts":[CLICK]}""", HttpStatusCode.BadRequest, "image: an object is needed, not an array of 1.")]
    [InlineData("""{"image":PHOTO,"prompts":[CLICK],"sam2_version_id":"vit_x"}""", HttpStatusCode.BadRequest, "none-such")]
    public async Task Segment_Wrong_IsRefusedInWords(string body, HttpStatusCode status, string words)
    {
        using var answer = await server.AskAsync(Route, body.Replace("CLICK", Click, StringComparison.Ordinal), Cancel);

        Assert.Equal(status, answer.StatusCode);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Contains(words, problem.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static IEnumerable<JsonElement> Predictions(JsonDocument answer, string format) =>
        answer.RootElement.GetProperty("predictions").EnumerateArray().Select(prediction =>
        {
            Assert.Equal(format, prediction.GetProperty("format").GetString());
            Assert.InRange(prediction.GetProperty("confidence").GetSingle(), 0.01f, 1.5f);
            return prediction.GetProperty("masks");
        });

    private static double[] Flat(JsonElement ring) =>
        [.. ring.EnumerateArray().SelectMany(point => point.EnumerateArray().Select(value => value.GetDouble()))];
}
