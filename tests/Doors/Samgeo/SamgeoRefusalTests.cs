using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Segmentation.Doors.Tests.Geography;

namespace Segmentation.Doors.Tests.Samgeo;

[Collection(RunningDoors.Collection)]
public sealed class SamgeoRefusalTests(RunningDoors server)
{
    private static readonly (int, object)[] _utm =
    [
        (33550, new[] { 0.5, 0.5, 0 }), (33922, new[] { 0, 0, 0, 303_500, 5_008_300.0, 0 }),
        (34735, GeoPicture.Projected(32633)),
    ];

    private static readonly (int, object)[] _other =
        [(33550, new[] { 0.5, 0.5, 0 }), (33922, new double[6]), (34735, GeoPicture.Projected(2154))];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A form as requests, curl and browsers send it.</summary>
    internal static MultipartFormDataContent Form(byte[]? picture, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        if (picture is not null)
        {
            form.Add(new ByteArrayContent(picture), "file", "image.tif");
        }

        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        return form;
    }

    [Theory]
    [InlineData("", "point_coords: No prompt")]
    [InlineData("point_coords=[]", "point_coords: No prompt")]
    [InlineData("point_coords=[[1,2]", "point_coords: No JSON: wrong at character 7")]
    [InlineData("point_coords={}", "point_coords: A JSON list")]
    [InlineData("point_coords=[7]", "point_coords[0]: A list of 2 numbers")]
    [InlineData("point_coords=[[1,null]]", "point_coords[0][1]: A number")]
    [InlineData("point_coords=[[1,1e999]]", "point_coords[0][1]: A number")]
    [InlineData("point_coords=[[1,2]]&point_labels=[]", "point_labels: 0 labels for 1 points")]
    [InlineData("point_coords=[[1,2]]&point_labels=[3]", "point_labels[0]: 3")]
    [InlineData("point_coords=[[1,2]]&point_labels=[true]", "point_labels[0]: 1 (inside")]
    [InlineData("boxes=[[1,2,3]]", "boxes[0]: A list of 4 numbers")]
    [InlineData("boxes=[1,2,3,4]&output_format=shp", "output_format: 'shp': one of geojson")]
    [InlineData("boxes=[1,2,3,4]&model_version=sam4", "model_version: 'sam4': one of sam, sam2, sam3")]
    [InlineData("boxes=[1,2,3,4]&model_version=sam2", "model: ")]
    [InlineData("boxes=[1,2,3,4]&model_id=other", "model: ")]
    [InlineData("boxes=[1,2,3,4]&multimask_output=maybe", "multimask_output: 'maybe': true or false")]
    [InlineData("boxes=[1,2,3,4]&min_size=some", "min_size: 'some': a whole number")]
    [InlineData("boxes=[1,2,3,4]&point_crs=EPSG:4326", "point_crs: 'EPSG:4326': the picture does not say where it lies")]
    public async Task Predict_WrongRequest_SaysWhatAndWhere(string fields, string start) =>
        await RefusedAsync("predict", Form(RunningDoors.Coffee, Pairs(fields)), start);

    [Theory]
    [InlineData("points_per_side=0", "points_per_side: 0")]
    [InlineData("points_per_side=many", "points_per_side: 'many'")]
    [InlineData("pred_iou_thresh=nan", "pred_iou_thresh: 'nan': a number")]
    [InlineData("pred_iou_thresh=7", "options.")]
    public async Task Automatic_WrongOption_SaysWhich(string fields, string start) =>
        await RefusedAsync("automatic", Form(RunningDoors.Coffee, Pairs(fields)), start);

    [Fact]
    public async Task Text_IsRefused() => await RefusedAsync("text", Form(RunningDoors.Coffee, ("prompt", "cup")), "prompt: These models take no text");

    [Fact]
    public async Task Predict_OnTheMap_SaysWhatCannotBePlaced()
    {
        var (utm, other) = (GeoPicture.Photo(_utm), GeoPicture.Photo(_other));

        await RefusedAsync(
            "predict", Form(utm, ("point_coords", "[[45.2,12.5]]"), ("point_crs", "EPSG:4326")), "point_coords[0]: These coordinates in 'EPSG:4326' lie outside");
        await RefusedAsync(
            "predict", Form(utm, ("boxes", "[[0,0,1,1]]"), ("point_crs", "EPSG:4326")), "boxes[0]: These coordinates");
        await RefusedAsync(
            "predict", Form(utm, ("boxes", "[[0,0,1,1]]"), ("point_crs", "EPSG:2154")), "point_crs: 'EPSG:2154': the picture is in EPSG:32633");
        await RefusedAsync(
            "predict", Form(utm, ("boxes", "[[0,0,1,1]]"), ("point_crs", "+proj=longlat")), "point_crs: '+proj=longlat': write it as EPSG:CODE");
        await RefusedAsync(
            "predict", Form(other, ("boxes", "[[0,0,1,1]]"), ("point_crs", "EPSG:4326")), "point_crs: 'EPSG:4326': the picture is in EPSG:2154");
        await RefusedAsync(
            "predict",
            Form(GeoPicture.Photo([.. _utm, (274, new ushort[] { 6 })]), ("boxes", "[[0,0,1,1]]")),
            "file: The file's GeoTIFF tags are not read: Orientation is 6");
    }

    /// <summary>A system that is not converted is still the picture's own.</summary>
    [Fact]
    public async Task Predict_InThePicturesOwnSystem_IsTaken()
    {
        using var form = Form(
            GeoPicture.Photo(_other), ("point_coords", "[[150,-100]]"), ("point_crs", "EPSG:2154"), ("output_format", "detections"));
        using var answer = await server.Http.PostAsync(new Uri("/doors/samgeo/segment/predict", UriKind.Relative), form, Cancel);
        var body = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.True(answer.StatusCode == HttpStatusCode.OK, body);
        Assert.Equal("EPSG:2154", (string?)JsonNode.Parse(body)!["crs"]);
    }

    [Fact]
    public async Task Predict_NoForm_SaysSo()
    {
        await RefusedAsync("predict", Form(null, ("boxes", "[1,2,3,4]")), "file: Missing");
        await RefusedAsync("predict", Form([], ("boxes", "[1,2,3,4]")), "file: Missing");
        await RefusedAsync("predict", Form([1, 2, 3], ("boxes", "[1,2,3,4]")), "image");
        await RefusedAsync("predict", new StringContent("{}", Encoding.UTF8, "application/json"), "Content-Type: 'application/json");
        await RefusedAsync("predict", Raw("--x\r\n\r\nno name\r\n--x--\r\n", "x"), "body: A part of the form has no Content-Disposition");
        await RefusedAsync("predict", Raw("--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\ncut", "x"), "body: The multipart form is cut off");
        await RefusedAsync("predict", Raw("", "x"), "body: The multipart form is cut off");
        await RefusedAsync("predict", Raw("--x--\r\n", new string('x', 71)), "Content-Type: A boundary");
        await RefusedAsync(
            "predict",
            Form(RunningDoors.Coffee, [.. Enumerable.Range(0, 64).Select(i => ($"field{i}", "1"))]),
            "body: The form has more than 64 parts");
        await RefusedAsync(
            "predict", Form(RunningDoors.Coffee, ("boxes", $"[{new string(' ', 1 << 16)}]")), "boxes: 65538 bytes");
        await RefusedAsync(
            "predict",
            Form(RunningDoors.Coffee, ("boxes", $"[{string.Join(',', Enumerable.Repeat("[1,2,3,4]", 257))}]")),
            "boxes: A JSON list of at most 256");
    }

    private static (string, string)[] Pairs(string fields) =>
        [.. fields.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(field => field.Split('=')).Select(pair => (pair[0], pair[1]))];

    private static StringContent Raw(string body, string boundary)
    {
        var content = new StringContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse($"multipart/form-data; boundary={boundary}");
        return content;
    }

    private async Task RefusedAsync(string route, HttpContent form, string start)
    {
        using (form)
        {
            using var answer = await server.Http.PostAsync(new Uri($"/doors/samgeo/segment/{route}", UriKind.Relative), form, Cancel);
            var body = await answer.Content.ReadAsStringAsync(Cancel);

            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, body);
            Assert.StartsWith(start, (string?)JsonNode.Parse(body)!["detail"], StringComparison.Ordinal);
        }
    }
}
