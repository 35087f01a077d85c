using System.Runtime.InteropServices;
using Google.Protobuf;
using Segmentation.Onnx;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.Tests.Shared.Twins;

/// <summary>
/// Converts a graph to 16 bits as onnxconverter-common does with <c>keep_io_types</c>: constants, and Cast nodes behind
/// the inputs and in front of the outputs.
/// </summary>
internal static class HalfPrecision
{
    public static void Apply(GraphProto graph)
    {
        foreach (var tensor in graph.Initializer.Concat(
            graph.Node.SelectMany(node => node.Attribute).Select(attribute => attribute.T).OfType<TensorProto>()))
        {
            Convert(tensor);
        }

        foreach (var node in graph.Node.Where(node => node.OpType == "Cast"))
        {
            foreach (var attribute in node.Attribute.Where(attribute => attribute.I == (long)DataType.Float))
            {
                attribute.I = (long)DataType.Float16;
            }
        }

        var casts = new List<NodeProto>();
        foreach (var input in graph.Input.Where(value => value.Type.TensorType.ElemType == (int)DataType.Float))
        {
            Replace(graph, input.Name, $"{input.Name}_cast_to_half", isOutput: false);
            casts.Add(Cast(input.Name, $"{input.Name}_cast_to_half", DataType.Float16));
        }

        for (var i = 0; i < casts.Count; i++)
        {
            graph.Node.Insert(i, casts[i]);
        }

        foreach (var output in graph.Output)
        {
            Replace(graph, output.Name, $"{output.Name}_half", isOutput: true);
            graph.Node.Add(Cast($"{output.Name}_half", output.Name, DataType.Float));
        }
    }

    private static void Convert(TensorProto tensor)
    {
        if (tensor.DataType != (int)DataType.Float)
        {
            return;
        }

        var halves = Array.ConvertAll(
            MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray(), value => (Half)value);
        tensor.DataType = (int)DataType.Float16;
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<Half>(halves));
    }

    private static void Replace(GraphProto graph, string from, string to, bool isOutput)
    {
        foreach (var node in graph.Node)
        {
            for (var i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = node.Input[i] == from ? to : node.Input[i];
            }

            if (isOutput && node.Output[0] == from)
            {
                node.Output[0] = to;
            }
        }
    }

    private static NodeProto Cast(string from, string to, DataType type) => new()
    {
        Name = $"graph_cast_{to}",
        OpType = "Cast",
        Input = { from },
        Output = { to },
        Attribute = { TwinGraph.Of("to", (long)type) },
    };
}
