using Google.Protobuf;
using Segmentation.Doors.Contract;
using Segmentation.Doors.OpenInference;
using Segmentation.Protocol.Inference;

namespace Segmentation.Gateway.Doors;

/// <summary>Reads and writes the messages of <c>inference.GRPCInferenceService</c>.</summary>
internal static class InferMessages
{
    /// <summary>Reads a request.</summary>
    /// <exception cref="global::Grpc.Core.RpcException">INVALID_ARGUMENT: it has too many tensors, or one is wrong.</exception>
    public static InferenceRequest Read(ModelInferRequest request)
    {
        Check("inputs", request.Inputs.Count);
        Check("outputs", request.Outputs.Count);
        var raw = request.RawInputContents;
        if (raw.Count > 0 && raw.Count != request.Inputs.Count)
        {
            throw DoorProblem.Invalid(
                "raw_input_contents", $"{raw.Count} for {request.Inputs.Count} inputs: there is one for each, or none.");
        }

        return new InferenceRequest(
            [.. request.Inputs.Select((input, i) => InputOf(input, $"inputs[{i}]", raw.Count > 0 ? raw[i] : null))],
            [.. request.Outputs.Select(output => output.Name)],
            MultimaskOf(request));
    }

    /// <summary>Writes an answer.</summary>
    public static ModelInferResponse Answer(
        ModelInferRequest request, InferenceModel model, IReadOnlyList<OutputTensor> outputs) => new()
        {
            ModelName = model.Name,
            ModelVersion = InferenceModel.Version,
            Id = request.Id,
            Outputs =
            {
                outputs.Select(output => new ModelInferResponse.Types.InferOutputTensor
                {
                    Name = output.Name,
                    Datatype = output.Datatype,
                    Shape = { output.Shape },
                }),
            },
            RawOutputContents = { outputs.Select(RawOf) },
        };

    /// <summary>Describes a tensor.</summary>
    public static ModelMetadataResponse.Types.TensorMetadata Described(TensorInfo tensor) =>
        new() { Name = tensor.Name, Datatype = tensor.Datatype, Shape = { tensor.Shape } };

    private static void Check(string field, int count)
    {
        if (count > InferenceRequest.MaxTensors)
        {
            throw DoorProblem.Invalid(field, $"{count} tensors: at most {InferenceRequest.MaxTensors} are allowed.");
        }
    }

    private static bool? MultimaskOf(ModelInferRequest request)
    {
        if (!request.Parameters.TryGetValue(InferenceRequest.MultimaskParameter, out var value))
        {
            return null;
        }

        return value.ParameterChoiceCase == InferParameter.ParameterChoiceOneofCase.BoolParam
            ? value.BoolParam
            : throw DoorProblem.Invalid($"parameters.{InferenceRequest.MultimaskParameter}", "A bool_param is needed.");
    }

    private static InputTensor InputOf(ModelInferRequest.Types.InferInputTensor input, string field, ByteString? raw)
    {
        if (input.Parameters.ContainsKey("shared_memory_region"))
        {
            throw DoorProblem.Invalid(
                $"{field}.parameters.shared_memory_region", "This extension is not spoken here: send the bytes.");
        }

        if (raw is not null)
        {
            return input.Contents is null
                ? InputTensor.OfRaw(field, input.Name, input.Datatype, input.Shape, raw.Memory)
                : throw DoorProblem.Invalid(
                    $"{field}.contents", "The request has raw_input_contents: contents must not be set besides.");
        }

        var contents = input.Contents ?? new();
        var count = InputTensor.CountOf(field, input.Shape);
        var datatype = InputTensor.TypeOf(field, input.Datatype);
        var sent = datatype switch
        {
            TensorTypes.Floats => contents.Fp32Contents.Count,
            TensorTypes.Integers => contents.IntContents.Count,
            _ => contents.BytesContents.Count,
        };
        return sent == count
            ? new InputTensor
            {
                Field = field,
                Name = input.Name,
                Datatype = datatype,
                Shape = input.Shape,
                Floats = datatype == TensorTypes.Floats ? contents.Fp32Contents : [],
                Integers = datatype == TensorTypes.Integers ? contents.IntContents : [],
                Texts = datatype == TensorTypes.Texts ? [.. contents.BytesContents.Select(text => text.Memory)] : [],
            }
            : throw DoorProblem.Invalid(
                $"{field}.contents", $"{sent} elements of {datatype}: the shape says {count}.");
    }

    private static ByteString RawOf(OutputTensor output)
    {
        var raw = GC.AllocateUninitializedArray<byte>(checked((int)output.Bytes));
        var written = 0;
        foreach (var piece in output.Pieces)
        {
            piece.Span.CopyTo(raw.AsSpan(written));
            written += piece.Length;
        }

        return UnsafeByteOperations.UnsafeWrap(raw);
    }
}
