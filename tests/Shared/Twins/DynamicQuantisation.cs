using System.Runtime.InteropServices;
using Google.Protobuf;
using Segmentation.Onnx;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.Tests.Shared.Twins;

/// <summary>
/// Quantises a graph as ONNX Runtime's <c>quantize_dynamic</c> does: each product with a constant in 8 bits, the other
/// factor quantised when the graph runs. Products with a bias become a product and a sum. Convolutions are quantised
/// where bytes have no sign; ONNX Runtime runs no others on the CPU.
/// </summary>
internal static class DynamicQuantisation
{
    public static void Apply(GraphProto graph, bool isSigned, bool byChannel)
    {
        var weights = graph.Initializer.ToDictionary(tensor => tensor.Name);
        var done = new HashSet<string>(StringComparer.Ordinal);
        var nodes = graph.Node.ToArray();
        graph.Node.Clear();
        foreach (var node in nodes.SelectMany(node => Split(node, weights, graph)))
        {
            var isProduct = node.OpType == "MatMul" || (node.OpType == "Conv" && !isSigned);
            if (!isProduct || !weights.TryGetValue(node.Input[1], out var weight))
            {
                graph.Node.Add(node);
                continue;
            }

            if (done.Add(weight.Name))
            {
                graph.Initializer.Remove(weight);
                AddQuantised(graph, weight, isSigned, byChannel && node.OpType == "MatMul");
            }

            Replace(graph, node);
        }
    }

    // replace_gemm_with_matmul
    private static IEnumerable<NodeProto> Split(
        NodeProto node, Dictionary<string, TensorProto> weights, GraphProto graph)
    {
        if (node.OpType != "Gemm")
        {
            return [node];
        }

        var stored = weights[node.Input[1]];
        var (rows, columns) = ((int)stored.Dims[0], (int)stored.Dims[1]);
        var transposed = new TwinTensor(
            [rows, columns], MemoryMarshal.Cast<byte, float>(stored.RawData.Span).ToArray()).Transposed();
        var weight = stored.Clone();
        weight.Name = $"{stored.Name}_Transposed";
        weight.Dims.Clear();
        weight.Dims.Add([columns, rows]);
        weight.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(transposed.Values));
        graph.Initializer.Remove(stored);
        graph.Initializer.Add(weight);
        weights[weight.Name] = weight;
        var product = $"{node.Output[0]}_MatMul";
        return
        [
            Node("MatMul", $"{node.Name}_MatMul", [node.Input[0], weight.Name], product),
            Node("Add", $"{node.Name}_Add", [product, node.Input[2]], node.Output[0]),
        ];
    }

    private static void Replace(GraphProto graph, NodeProto node)
    {
        var (input, weight) = (node.Input[0], node.Input[1]);
        var stem = $"{node.Output[0]}_of_{input}";
        graph.Node.Add(new NodeProto
        {
            Name = $"{stem}_QuantizeLinear",
            OpType = "DynamicQuantizeLinear",
            Input = { input },
            Output = { $"{stem}_quantized", $"{stem}_scale", $"{stem}_zero_point" },
        });
        var result = $"{node.Output[0]}_output_quantized";
        var integer = Node(
            node.OpType == "Conv" ? "ConvInteger" : "MatMulInteger", $"{node.Name}_quant",
            [$"{stem}_quantized", $"{weight}_quantized", $"{stem}_zero_point", $"{weight}_zero_point"], result);
        integer.Attribute.Add(node.Attribute);
        graph.Node.Add(integer);
        var (number, scales) = ($"{result}_cast_output", $"{node.Name}_quant_scales_mul");
        var cast = Node("Cast", $"{result}_cast", [result], number);
        cast.Attribute.Add(TwinGraph.Of("to", (long)DataType.Float));
        graph.Node.Add(cast);
        graph.Node.Add(Node("Mul", scales, [$"{stem}_scale", $"{weight}_scale"], $"{scales}:0"));
        var hasBias = node.Input.Count > 2;
        var scaled = hasBias ? $"{node.Output[0]}quant_scaled_output" : node.Output[0];
        graph.Node.Add(Node("Mul", $"{node.Name}_quant_output_scale_mul", [number, $"{scales}:0"], scaled));
        if (hasBias)
        {
            var (shape, reshaped) = ($"{node.Output[0]}_bias_reshape_shape", $"{node.Output[0]}_bias_reshape_output");
            graph.Initializer.Add(new TensorProto
            {
                Name = shape,
                Dims = { 4 },
                DataType = (int)DataType.Int64,
                RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>([1, -1, 1, 1])),
            });
            graph.Node.Add(Node("Reshape", $"{node.Output[0]}_bias_reshape", [node.Input[2], shape], reshaped));
            graph.Node.Add(Node("Add", $"{node.Output[0]}_bias_add", [scaled, reshaped], node.Output[0]));
        }
    }

    private static void AddQuantised(GraphProto graph, TensorProto weight, bool isSigned, bool byChannel)
    {
        var values = MemoryMarshal.Cast<byte, float>(weight.RawData.Span).ToArray();
        var channels = byChannel ? (int)weight.Dims[^1] : 1;
        var (scales, zeros, stored) = (new float[channels], new byte[channels], new byte[values.Length]);
        for (var channel = 0; channel < channels; channel++)
        {
            float low = 0, high = 0;
            for (var i = channel; i < values.Length; i += channels)
            {
                (low, high) = (Math.Min(low, values[i]), Math.Max(high, values[i]));
            }

            // Signed bytes are symmetric, with zero at 0; others use their whole range.
            var largest = Math.Max(-low, high);
            scales[channel] = isSigned ? largest / 127 : (high - low) / 255;
            var zero = isSigned ? 0 : (int)MathF.Round(-low / scales[channel]);
            zeros[channel] = (byte)zero;
            for (var i = channel; i < values.Length; i += channels)
            {
                var step = (int)MathF.Round(values[i] / scales[channel]) + zero;
                stored[i] = isSigned ? (byte)(sbyte)Math.Clamp(step, -127, 127) : (byte)Math.Clamp(step, 0, 255);
            }
        }

        var type = (int)(isSigned ? DataType.Int8 : DataType.Uint8);
        var shape = byChannel ? new long[] { channels } : [];
        graph.Initializer.Add(new TensorProto
        {
            Name = $"{weight.Name}_quantized", Dims = { weight.Dims }, DataType = type, RawData = ByteString.CopyFrom(stored),
        });
        graph.Initializer.Add(new TensorProto
        {
            Name = $"{weight.Name}_scale",
            Dims = { shape },
            DataType = (int)DataType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(scales)),
        });
        graph.Initializer.Add(new TensorProto
        {
            Name = $"{weight.Name}_zero_point", Dims = { shape }, DataType = type, RawData = ByteString.CopyFrom(zeros),
        });
    }

    private static NodeProto Node(string operation, string name, string[] inputs, string output) =>
        new() { Name = name, OpType = operation, Input = { inputs }, Output = { output } };
}
