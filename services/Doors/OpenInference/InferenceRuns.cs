using System.Text;
using Google.Protobuf;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Pictures;
using Segmentation.Masks;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.OpenInference;

/// <summary>Answers requests of the protocol, whatever their transport.</summary>
/// <param name="options">The door's options.</param>
public sealed class InferenceRuns(OpenInferenceOptions options)
{
    /// <summary>Extensions of the protocol that this door speaks.</summary>
    public static IReadOnlyList<string> Extensions { get; } = ["binary_tensor_data"];

    /// <summary>Name of the server.</summary>
    public static string ServerName => "segmentation";

    /// <summary>Version of the server.</summary>
    public static string ServerVersion { get; } =
        typeof(InferenceRuns).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? "0.0.0";

    /// <summary>Finds a model.</summary>
    /// <param name="model">What the caller may have done.</param>
    /// <param name="name">Name of the model.</param>
    /// <param name="version">Version; empty for any.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND: no such model.</exception>
    public async Task<InferenceModel> FindAsync(
        IDoorModel model, string name, string version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        var models = await model.ListModelsAsync(cancellationToken);
        return InferenceModel.Find(models.Models, options.Model, name, version);
    }

    /// <summary>Tells whether the server takes pictures now: one of its models has an encoder.</summary>
    public static async Task<bool> IsReadyAsync(IDoorModel model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        var models = await model.ListModelsAsync(cancellationToken);
        return models.Models.Any(one => one.State == ModelState.Serving);
    }

    /// <summary>Runs a model.</summary>
    /// <param name="model">What the caller may have done.</param>
    /// <param name="chosen">The model.</param>
    /// <param name="request">Inputs and outputs.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <returns>The outputs, in the order of the request.</returns>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: an input is wrong or missing; and those of the RPCs.</exception>
    public async Task<IReadOnlyList<OutputTensor>> RunAsync(
        IDoorModel model, InferenceModel chosen, InferenceRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(chosen);
        ArgumentNullException.ThrowIfNull(request);
        var outputs = request.CheckedOutputs(chosen);
        return chosen.IsEncoder
            ? await EncodeAsync(model, chosen, request, outputs, cancellationToken)
            : await SegmentAsync(model, chosen, request, outputs, cancellationToken);
    }

    private static async Task<IReadOnlyList<OutputTensor>> EncodeAsync(
        IDoorModel model,
        InferenceModel chosen,
        InferenceRequest request,
        IReadOnlyList<string> outputs,
        CancellationToken cancellationToken)
    {
        var file = FileOf(request.Find(chosen, InferenceTensors.Image))
            ?? throw DoorProblem.Invalid("inputs", $"The input {InferenceTensors.Image} is missing: a picture's file.");
        var image = await model.UploadAsync(file, chosen.Id, cancellationToken);
        Embedding? embedding = null;
        if (outputs.Any(output => chosen.Model.Embedding.Any(tensor => tensor.Name == output)))
        {
            embedding = await model.GetEmbeddingAsync(new() { Id = image.Id, Model = image.Model }, cancellationToken);
            model.ChargeAnswer(embedding.Float16.Length);
        }

        return
        [
            .. outputs.Select(output => output switch
            {
                InferenceTensors.ImageId => OutputTensor.OfTexts(output, [image.Id]),
                InferenceTensors.Width => OutputTensor.OfIntegers(output, [(int)image.Width]),
                InferenceTensors.Height => OutputTensor.OfIntegers(output, [(int)image.Height]),
                _ => EmbeddingOf(chosen.Model, embedding!, output),
            }),
        ];
    }

    /// <summary>One tensor of an embedding, whose tensors lie one behind the other.</summary>
    private static OutputTensor EmbeddingOf(Model model, Embedding embedding, string name)
    {
        if (embedding.ModelDigest != model.Digest)
        {
            // A roll-out chose another model than the one whose tensors were described.
            throw DoorProblem.Of(
                StatusCode.FailedPrecondition,
                "MODEL_ROLLED_OUT",
                $"The default is a roll-out, which took {embedding.Image.Model} for this picture: ask for "
                    + $"sam_encoder-{embedding.Image.Model} to get its embedding.");
        }

        var start = 0;
        foreach (var tensor in model.Embedding)
        {
            var shape = InferenceModel.ShapeOf(tensor);
            var bytes = (int)shape.Aggregate(1L, (product, side) => product * side) * sizeof(short);
            if (tensor.Name == name)
            {
                return OutputTensor.OfHalves(name, shape, embedding.Float16.Memory.Slice(start, bytes));
            }

            start += bytes;
        }

        throw new InvalidOperationException($"The model has no tensor {name}.");
    }

    private async Task<IReadOnlyList<OutputTensor>> SegmentAsync(
        IDoorModel model,
        InferenceModel chosen,
        InferenceRequest request,
        IReadOnlyList<string> outputs,
        CancellationToken cancellationToken)
    {
        var asked = InferencePrompts.Read(chosen, request);
        asked.Model = chosen.Id;
        var (id, image) = (request.Find(chosen, InferenceTensors.ImageId), request.Find(chosen, InferenceTensors.Image));
        if (id is null == image is null)
        {
            throw DoorProblem.Invalid(
                "inputs",
                $"One of {InferenceTensors.ImageId} and {InferenceTensors.Image} is needed: the id that the encoder gave, or "
                    + "a picture's file.");
        }

        if (id is not null)
        {
            asked.ImageId = Encoding.UTF8.GetString(id.Texts[0].Span);
        }
        else
        {
            asked.ImageData = UnsafeByteOperations.UnsafeWrap(FileOf(image)!.Value);
        }

        var answer = await model.SegmentAsync(asked, cancellationToken);
        var found = answer.Results
            .SelectMany((result, prompt) => result.Masks.Select(mask => (Mask: mask, Prompt: prompt)))
            .ToArray();
        CheckPixels(answer.Image, outputs, found.Length);
        return [.. outputs.Select(output => OutputOf(output, answer.Image, found))];
    }

    private static OutputTensor OutputOf(string output, Image image, (Mask Mask, int Prompt)[] found) => output switch
    {
        InferenceTensors.Masks => OutputTensor.OfMasks(output, image.Height, image.Width, [.. found.Select(RunsOf)]),
        InferenceTensors.Rle => OutputTensor.OfTexts(output, [.. found.Select(one => JsonOf(one.Mask.Rle))]),
        InferenceTensors.Iou => OutputTensor.OfFloats(
            output, [found.Length], [.. found.Select(one => one.Mask.PredictedIou)]),
        InferenceTensors.Stability => OutputTensor.OfFloats(
            output, [found.Length], [.. found.Select(one => one.Mask.StabilityScore)]),
        InferenceTensors.Bbox => OutputTensor.OfFloats(output, [found.Length, 4], [.. found.SelectMany(BoxOf)]),
        InferenceTensors.Prompt => OutputTensor.OfIntegers(output, [.. found.Select(one => one.Prompt)]),
        _ => OutputTensor.OfTexts(output, [image.Id]),
    };

    private void CheckPixels(Image image, IReadOnlyList<string> outputs, int masks)
    {
        var bytes = (long)image.Width * image.Height * masks;
        if (outputs.Contains(InferenceTensors.Masks) && bytes > options.MaxMaskBytes)
        {
            throw DoorProblem.Invalid(
                "outputs",
                $"{masks} masks of {image.Width} x {image.Height} pixels are {bytes} bytes, and {options.MaxMaskBytes} are "
                    + $"allowed: ask for {InferenceTensors.Rle} instead of {InferenceTensors.Masks}, or send fewer prompts.",
                "ANSWER_TOO_LARGE");
        }
    }

    private static ReadOnlyMemory<byte>? FileOf(InputTensor? image) => image switch
    {
        null => null,
        { IsJson: true } => PictureText.Decode(image.Texts[0].Span, image.Field),
        _ => image.Texts[0],
    };

    private static RunLengths RunsOf((Mask Mask, int Prompt) found)
    {
        var rle = found.Mask.Rle;
        return RunLengths.FromCocoString((int)rle.Size[0], (int)rle.Size[1], rle.Counts);
    }

    private static string JsonOf(RunLengthEncoding rle) =>
        $$"""{"size":[{{rle.Size[0]}},{{rle.Size[1]}}],"counts":"{{rle.Counts.Replace("\\", "\\\\", StringComparison.Ordinal)}}"}""";

    private static IEnumerable<float> BoxOf((Mask Mask, int Prompt) found)
    {
        var box = found.Mask.BoundingBox;
        return [box.X, box.Y, box.X + box.Width, box.Y + box.Height];
    }
}
