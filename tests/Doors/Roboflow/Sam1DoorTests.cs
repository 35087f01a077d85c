using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Segmentation.Doors.Roboflow;
using Segmentation.Doors.Tests.Hosting;
using Segmentation.Masks;
using Segmentation.Masks.Polygons;

namespace Segmentation.Doors.Tests.Roboflow;

/// <summary>Requests to roboflow's <c>/sam</c>, compared with this server's own interface.</summary>
public sealed class Sam1DoorTests(RoboflowServer server) : IClassFixture<RoboflowServer>
{
    private const string Route = "sam/segment_image";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Segment_Click_IsTheOutlineOfTheRestInterfacesMask()
    {
        var expected = (await server.SegmentAsync("""[{"points":[{"x":300,"y":200}]}]""", Cancel))[0];

        using var answer = await server.ReadAsync(
            Route, """{"image":PHOTO,"point_coords":[[300,200],[0,0]],"point_labels":[1,-1]}""", Cancel);

        var ring = Flat(answer.RootElement.GetProperty("masks").EnumerateArray().Single());
        Assert.True(PolygonFill.Fill(400, 600, ring).IoU(expected) > 0.9);
        Assert.Contains(Flat(answer.RootElement.GetProperty("low_res_masks")[0]), value => value > 0);
        Assert.True(answer.RootElement.GetProperty("time").GetDouble() > 0);
    }

    [Fact]
    public async Task Segment_CornersOfABoxAsBinary_IsTheRestInterfacesMask()
    {
        var expected = (await server.SegmentAsync(
            """[{"points":[{"x":40,"y":40,"label":"POINT_LABEL_BACKGROUND"}],"box":{"xMin":120,"yMin":60,"xMax":480,"yMax":380}}]""",
            Cancel))[0];

        var bytes = await server.BytesAsync(
            Route,
            """{"image":PHOTO,"point_coords":[[120,60],[480,380],[40,40]],"point_labels":[2,3,0],"format":"binary"}""",
            Cancel);

        var (mask, logits) = await ArraysAsync(bytes);
        Assert.Equal(expected, RunLengths.FromBytes(400, 600, [.. mask.Select(value => (byte)(value > 0 ? 1 : 0))]));
        Assert.Contains(logits, value => value > 1);
        Assert.Contains(logits, value => value < -1);
    }

    /// <summary>The mask before is taken from the cache or sent along; both are a mask prompt of the REST interface.</summary>
    [Fact]
    public async Task Segment_MaskInput_IsTheSameFromTheCacheAndSentAlong()
    {
        const string Points = "\"point_coords\":[[300,200],[40,40]],\"point_labels\":[1,0],\"format\":\"binary\"";
        var first = await server.BytesAsync(
            Route, """{"image":PHOTO,"image_id":"first","point_coords":[[300,200]],"point_labels":[1],"format":"binary"}""", Cancel);
        var logits = Convert.ToBase64String(await EntryAsync(first, "low_res_masks.npy"));

        var cached = await server.BytesAsync(Route, $$"""{"image_id":"first","has_mask_input":true,{{Points}}}""", Cancel);
        var sent = await server.BytesAsync(
            Route,
            $$"""{"image":PHOTO,"has_mask_input":true,"mask_input":"{{logits}}","mask_input_format":"binary",{{Points}}}""",
            Cancel);
        var plain = await server.BytesAsync(Route, $$"""{"image":PHOTO,{{Points}}}""", Cancel);

        Assert.Equal((await ArraysAsync(cached)).Logits, (await ArraysAsync(sent)).Logits);
        Assert.NotEqual((await ArraysAsync(cached)).Logits, (await ArraysAsync(plain)).Logits);
    }

    [Fact]
    public async Task Segment_PolygonsOfTheAnswerBefore_AreAMaskInput()
    {
        using var first = await server.ReadAsync(
            Route, """{"image":PHOTO,"point_coords":[[300,200]],"point_labels":[1]}""", Cancel);
        var polygons = first.RootElement.GetProperty("low_res_masks").GetRawText();

        using var second = await server.ReadAsync(
            Route,
            $$"""{"image":PHOTO,"point_coords":[[300,200]],"point_labels":[1],"has_mask_input":true,"mask_input":{{polygons}}}""",
            Cancel);

        Assert.NotEqual(0, second.RootElement.GetProperty("masks")[0].GetArrayLength());
    }

    [Fact]
    public async Task Embed_BothForms_AreTheEmbeddingOfTheRestInterface()
    {
        var id = $"sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(OpenDoor.Photo))}";

        var file = await server.BytesAsync("sam/embed_image", """{"image":PHOTO,"format":"binary"}""", Cancel);
        using var nested = await server.ReadAsync("sam/embed_image", """{"image":PHOTO,"sam_version_id":"vit_h"}""", Cancel);

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, $"v1/images/{id}/embedding"));
        request.Headers.Accept.Add(new("application/octet-stream"));
        using var response = await server.Client.SendAsync(request, Cancel);
        var bytes = await response.Content.ReadAsByteArrayAsync(Cancel);
        float[] expected = [.. bytes.Chunk(2).Select(pair => (float)BitConverter.ToHalf(pair))];
        Assert.Equal(expected, NumpyFile.Read(file, 256 * 64 * 64));
        var embeddings = nested.RootElement.GetProperty("embeddings");
        Assert.Equal((1, 256), (embeddings.GetArrayLength(), embeddings[0].GetArrayLength()));
        Assert.Equal(expected, embeddings[0].EnumerateArray()
            .SelectMany(rows => rows.EnumerateArray().SelectMany(row => row.EnumerateArray().Select(value => value.GetSingle()))));
    }

    [Theory]
    [InlineData("""{"image":PHOTO,"embeddings":[[[[0.5]]]],"orig_im_size":[400,600],POINT}""", "embeddings: Embeddings cannot be sent here.")]
    [InlineData("""{"image":PHOTO}""", "point_coords: Empty")]
    [InlineData("""{"image":PHOTO,"point_coords":[[1,1]],"point_labels":[1,0]}""", "point_labels: 2 labels for 1 points")]
    [InlineData("""{"image":PHOTO,"point_coords":[[1,1]],"point_labels":[5]}""", "point_labels[0]: Unknown")]
    [InlineData("""{"image":PHOTO,"point_coords":[[1,1]],"point_labels":[2]}""", "point_labels: A box needs both corners")]
    [InlineData("""{"image":PHOTO,"point_coords":[[1,1],[2,2]],"point_labels":[2,2]}""", "point_labels[1]: A second corner")]
    [InlineData("""{"image":PHOTO,"has_mask_input":true,POINT}""", "mask_input: Missing")]
    [InlineData("""{"image":PHOTO,"has_mask_input":true,"mask_input":[[[1,1]]],POINT}""", "mask_input: A polygon has at least 3 corners")]
    [InlineData("""{"image":PHOTO,"has_mask_input":true,"mask_input":"AQID","mask_input_format":"binary",POINT}""", "mask_input: No array of numpy's")]
    [InlineData("""{"image":PHOTO,"has_mask_input":true,"mask_input":"AQID","mask_input_format":"png",POINT}""", "mask_input_format: Unknown")]
    public async Task Segment_Wrong_IsRefusedInWords(string body, string words)
    {
        const string Point = "\"point_coords\":[[1,1]],\"point_labels\":[1]";
        using var answer = await server.AskAsync(Route, body.Replace("POINT", Point, StringComparison.Ordinal), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Contains(words, problem.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static double[] Flat(JsonElement ring) =>
        [.. ring.EnumerateArray().SelectMany(point => point.EnumerateArray().Select(value => value.GetDouble()))];

    private static async Task<(float[] Mask, float[] Logits)> ArraysAsync(byte[] archive) => (
        NumpyFile.Read(await EntryAsync(archive, "masks.npy"), 400 * 600),
        NumpyFile.Read(await EntryAsync(archive, "low_res_masks.npy"), 256 * 256));

    private static async Task<byte[]> EntryAsync(byte[] bytes, string name)
    {
        using var archive = new ZipArchive(new MemoryStream(bytes));
        await using var entry = await archive.GetEntry(name)!.OpenAsync(Cancel);
        using var file = new MemoryStream();
        await entry.CopyToAsync(file, Cancel);
        return file.ToArray();
    }
}
