using Segmentation.ModelBuilder.Encoder.TinyVit;
using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;
using Segmentation.Onnx;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Encoder;

/// <summary>
/// A published image encoder, [1,3,1024,1024] normalised to [1,256,64,64], after our preamble, with weights stored in
/// 16 bits. TinyViT is rebuilt for the caches; the nodes of other encoders are kept.
/// </summary>
internal static class EncoderGraph
{
    private const string Documentation = "Pixels to image embedding.";

    // Smaller tensors are biases, norms and shapes; they stay as they are.
    private const int CompactFrom = 1024;

    public static ModelProto Build(PublishedWeights model)
    {
        var input = EncoderContract.Check(model);
        var graph = new GraphBuilder("encoder");
        var planes = Preamble.Make(graph);
        if (TinyVitEncoder.Matches(model))
        {
            Output(graph, new TinyVitEncoder(graph, model).Make(planes));
            return graph.Build(Documentation);
        }

        Output(graph, MakeBody(graph, model, input, planes));
        var built = graph.Build(Documentation);
        built.OpsetImport.Single(set => set.Domain.Length == 0).Version =
            model.Model.OpsetImport.Single(set => set.Domain is "" or "ai.onnx").Version;
        return built;
    }

    private static void Output(GraphBuilder graph, string embedding) =>
        graph.Output(embedding, "embedding", DataType.Float, "batch", 256, 64, 64);

    // The published nodes as they are, with other names of the input and the constants.
    private static string MakeBody(GraphBuilder graph, PublishedWeights model, string input, string planes)
    {
        var source = model.Model.Graph;
        var renamed = new Dictionary<string, string> { [input] = planes };
        var shapes = source.Node.Where(node => node.OpType == "Reshape").Select(node => node.Input[1]).ToHashSet();
        void Take(string name, TensorProto tensor) =>
            renamed[name] = shapes.Contains(name) && FreeBatch(tensor) is { } free
                ? graph.Integers(free)
                : MakeConstant(graph, tensor);

        foreach (var tensor in source.Initializer)
        {
            Take(tensor.Name, tensor);
        }

        foreach (var node in source.Node)
        {
            if (node.OpType == "Constant" && node.Attribute is [{ Name: "value", T: { } value }])
            {
                Take(node.Output[0], value);
                continue;
            }

            var copy = node.Clone();
            for (var i = 0; i < copy.Input.Count; i++)
            {
                copy.Input[i] = renamed.GetValueOrDefault(copy.Input[i], copy.Input[i]);
            }

            graph.Append(copy);
        }

        return source.Output[0].Name;
    }

    // An export traced with one image has the batch of 1 in shapes such as [1,128,128,-1]; 0 keeps the real batch size.
    private static long[]? FreeBatch(TensorProto shape) =>
        TensorReader.ReadIntegers(shape) is [1, .., -1] and { Length: > 2 } sizes ? [0, .. sizes[1..]] : null;

    private static string MakeConstant(GraphBuilder graph, TensorProto tensor)
    {
        var size = tensor.Dims.Aggregate(1L, (product, dimension) => product * dimension);
        if (tensor.DataType != (int)DataType.Float || size < CompactFrom)
        {
            return graph.Initializer(tensor.Clone());
        }

        var values = TensorReader.ReadFloats(tensor);
        return SharedBiasTable.Find(values) is { } shared
            ? shared.Make(graph)
            : graph.Weight(values, axis: values.Shape.Length == 2 ? 1 : 0);
    }
}
