using Segmentation.Doors.Contract;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.OpenInference;

/// <summary>
/// A model of the protocol. Each model of the server is two: an encoder, which takes a picture, and the segmenter, which
/// takes a picture or its id, and prompts.
/// </summary>
/// <param name="Name">Its name, for example <c>sam</c>.</param>
/// <param name="IsEncoder">True where it is an encoder.</param>
/// <param name="Id">The server's model; empty for the default.</param>
/// <param name="Model">The server's model.</param>
public sealed record InferenceModel(string Name, bool IsEncoder, string Id, Model Model)
{
    /// <summary>The only version.</summary>
    public const string Version = "1";

    private const string Sam = "sam";
    private const string Encoder = "sam_encoder";

    /// <summary>Form of its files, as the protocol names it.</summary>
    public static string Platform => "onnx_onnxv1";

    /// <summary>True where it takes new pictures now.</summary>
    public bool IsReady => Model.State == ModelState.Serving;

    /// <summary>Its inputs. A request has some of those of a segmenter.</summary>
    public IReadOnlyList<TensorInfo> Inputs => IsEncoder
        ? [new(InferenceTensors.Image, TensorTypes.Texts, [1])]
        :
        [
            new(InferenceTensors.ImageId, TensorTypes.Texts, [1]),
            new(InferenceTensors.Image, TensorTypes.Texts, [1]),
            new(InferenceTensors.PointCoords, TensorTypes.Floats, [-1, 2]),
            new(InferenceTensors.PointLabels, TensorTypes.Integers, [-1]),
            new(InferenceTensors.Boxes, TensorTypes.Floats, [-1, 4]),
        ];

    /// <summary>Its outputs.</summary>
    public IReadOnlyList<TensorInfo> Outputs => IsEncoder
        ?
        [
            new(InferenceTensors.ImageId, TensorTypes.Texts, [1]),
            new(InferenceTensors.Width, TensorTypes.Integers, [1]),
            new(InferenceTensors.Height, TensorTypes.Integers, [1]),
            .. Model.Embedding.Select(tensor => new TensorInfo(tensor.Name, TensorTypes.Halves, ShapeOf(tensor))),
        ]
        :
        [
            new(InferenceTensors.Masks, TensorTypes.Pixels, [-1, -1, -1]),
            new(InferenceTensors.Rle, TensorTypes.Texts, [-1]),
            new(InferenceTensors.Iou, TensorTypes.Floats, [-1]),
            new(InferenceTensors.Stability, TensorTypes.Floats, [-1]),
            new(InferenceTensors.Bbox, TensorTypes.Floats, [-1, 4]),
            new(InferenceTensors.Prompt, TensorTypes.Integers, [-1]),
            new(InferenceTensors.ImageId, TensorTypes.Texts, [1]),
        ];

    /// <summary>Outputs of a request that names none: the small ones.</summary>
    public IReadOnlyList<string> DefaultOutputs => IsEncoder
        ? [InferenceTensors.ImageId, InferenceTensors.Width, InferenceTensors.Height]
        :
        [
            InferenceTensors.Rle, InferenceTensors.Iou, InferenceTensors.Stability, InferenceTensors.Bbox,
            InferenceTensors.Prompt, InferenceTensors.ImageId,
        ];

    /// <summary>Finds a model by its name.</summary>
    /// <param name="models">The server's models, the caller's default first.</param>
    /// <param name="configured">The default of the door; empty for the caller's.</param>
    /// <param name="name">Name in the request.</param>
    /// <param name="version">Version in the request; empty for any.</param>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND: no such model, or version.</exception>
    public static InferenceModel Find(IReadOnlyList<Model> models, string configured, string name, string version)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(name);
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        var (kind, id) = dash < 0 ? (name, configured) : (name[..dash], name[(dash + 1)..]);
        var found = models.FirstOrDefault(model => model.Id == id) ?? (dash < 0 ? models[0] : null);
        if (kind is not (Sam or Encoder) || found is null)
        {
            var names = models.Select(model => $"{Sam}-{model.Id}, {Encoder}-{model.Id}");
            throw DoorProblem.Of(
                StatusCode.NotFound,
                "MODEL_UNKNOWN",
                $"Request for unknown model: {DoorText.Quote(name)} is not found. There are {Sam}, {Encoder}, "
                    + $"{string.Join(", ", names)}.");
        }

        return string.IsNullOrEmpty(version) || version == Version
            ? new(name, kind == Encoder, id, found)
            : throw DoorProblem.Of(
                StatusCode.NotFound,
                "MODEL_UNKNOWN",
                $"Request for unknown model: {DoorText.Quote(name)} version {DoorText.Quote(version)} is not found. Its only "
                    + $"version is {Version}.");
    }

    /// <summary>Dimensions of a tensor of an embedding, with that of the batch.</summary>
    internal static long[] ShapeOf(EmbeddingTensor tensor) => [1, .. tensor.Shape.Select(side => (long)side)];
}

/// <summary>Describes a tensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Datatype">Its datatype, one of <see cref="TensorTypes"/>.</param>
/// <param name="Shape">Its dimensions; -1 for one that varies.</param>
public sealed record TensorInfo(string Name, string Datatype, IReadOnlyList<long> Shape);
