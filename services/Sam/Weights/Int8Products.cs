using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Google.Protobuf;
using Segmentation.Onnx;
using ElementType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.Sam.Weights;

/// <summary>
/// Rewrites an encoder so that its blocks multiply in 8 bits: weights signed, with a scale for each output;
/// activations unsigned, with a scale and a zero point computed at run time (ONNX's
/// <c>DynamicQuantizeLinear</c>).
/// </summary>
internal sealed class Int8Products
{
    // Without such instructions ONNX Runtime adds two products at a time in 16 bits, which saturate:
    // 255 times twice 64 fits, twice 127 does not.
    private static readonly int _largest = HasDotProducts ? sbyte.MaxValue : 64;
    private readonly GraphProto _graph;
    private readonly Dictionary<string, TensorProto> _initializers;
    private readonly Dictionary<string, NodeProto> _makers = [];
    private readonly HashSet<string> _made = [];

    private Int8Products(GraphProto graph)
    {
        _graph = graph;
        _initializers = graph.Initializer.ToDictionary(tensor => tensor.Name);
        foreach (var node in graph.Node)
        {
            foreach (var output in node.Output)
            {
                _makers[output] = node;
            }
        }
    }

    /// <summary>
    /// True if the processor multiplies 8-bit numbers and adds the products in 32 bits: AVX-VNNI, AVX-512 VNNI, or
    /// Arm's dot products. Others gain little, and their weights have one bit less.
    /// </summary>
    private static bool HasDotProducts
    {
        get
        {
            const int ExtendedFeatures = 7;
            const int Avx512Vnni = 1 << 11;
            if (!X86Base.IsSupported)
            {
                return Dp.IsSupported;
            }

            return AvxVnni.IsSupported
                || (Vector512.IsHardwareAccelerated && (X86Base.CpuId(ExtendedFeatures, 0).Ecx & Avx512Vnni) != 0);
        }
    }

    /// <summary>Reads a graph and writes it again with such products.</summary>
    /// <returns>An ONNX file.</returns>
    /// <exception cref="InvalidDataException">The file is not an ONNX model, or has no such products.</exception>
    public static byte[] Make(string path)
    {
        var model = OnnxFile.Read(path);
        var products = new Int8Products(model.Graph);
        if (products.Replace() == 0)
        {
            throw new InvalidDataException(
                $"{path} has no products with weights as ModelBuilder writes them, so none can be computed in 8 bits. "
                + "Build the model again with ModelBuilder (docs/model.md), or encode in 32 bits.");
        }

        products.RemoveUnused();
        return model.ToByteArray();
    }

    private int Replace()
    {
        NodeProto[] nodes = [.. _graph.Node];
        _graph.Node.Clear();
        var count = 0;
        foreach (var node in nodes)
        {
            if (IsProduct(node))
            {
                AddProduct(node);
                count++;
            }
            else
            {
                _graph.Node.Add(node);
            }
        }

        return count;
    }

    // Patch merging and the neck take a twentieth of the time and would cause a third of the loss of accuracy.
    private bool IsProduct(NodeProto node) =>
        node.OpType is "MatMul" or "Gemm" && node.Name.Contains("/blocks.", StringComparison.Ordinal)
        && node.Attribute.Count == 0 && StoredWeight(node.Input[1]) is not null;

    private void AddProduct(NodeProto node)
    {
        var (input, weight) = (node.Input[0], node.Input[1]);
        if (_made.Add(weight))
        {
            AddWeight(weight);
        }

        if (_made.Add(input))
        {
            _graph.Node.Add(new NodeProto
            {
                OpType = "DynamicQuantizeLinear",
                Name = $"{input}.int8",
                Input = { input },
                Output = { $"{input}.int8", $"{input}.int8.scale", $"{input}.int8.zero" },
            });
        }

        // The weights' zero point is zero, the default of the input that is left out.
        var product = new NodeProto
        {
            OpType = "MatMulIntegerToFloat",
            Domain = "com.microsoft",
            Name = node.Name,
            Input =
            {
                $"{input}.int8", $"{weight}.int8", $"{input}.int8.scale", $"{weight}.int8.scale", $"{input}.int8.zero",
            },
            Output = { node.Output },
        };
        product.Input.Add(node.Input.Skip(2).SelectMany<string, string>(bias => ["", bias]));
        _graph.Node.Add(product);
    }

    private void AddWeight(string name)
    {
        // An output's largest weight was stored as the largest 16-bit number and becomes the largest 8-bit number.
        var step = short.MaxValue / (float)_largest;
        var (stored, scale) = StoredWeight(name)!.Value;
        var from = MemoryMarshal.Cast<byte, short>(stored.RawData.Span);
        var values = new sbyte[from.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (sbyte)MathF.Round(from[i] / step);
        }

        _graph.Initializer.Add(new TensorProto
        {
            Name = $"{name}.int8",
            Dims = { stored.Dims },
            DataType = (int)ElementType.Int8,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<sbyte>(values)),
        });
        var scales = MemoryMarshal.Cast<byte, float>(scale.RawData.Span).ToArray();
        TensorPrimitives.Multiply(scales, step, scales);
        _graph.Initializer.Add(new TensorProto
        {
            Name = $"{name}.int8.scale",
            Dims = { scales.Length },
            DataType = (int)ElementType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(scales)),
        });
    }

    // As ModelBuilder stores it: 16 bits, cast, times a scale for each output.
    private (TensorProto Values, TensorProto Scale)? StoredWeight(string name) =>
        _makers.GetValueOrDefault(name) is { OpType: "Mul" } product
            && _makers.GetValueOrDefault(product.Input[0]) is { OpType: "Cast" } cast
            && _initializers.GetValueOrDefault(cast.Input[0]) is { Dims.Count: 2 } stored
            && stored.DataType == (int)ElementType.Int16
            && _initializers.GetValueOrDefault(product.Input[1]) is { } scale
            && scale.Dims.SequenceEqual([1, stored.Dims[1]])
            ? (stored, scale)
            : null;

    /// <summary>Removes the nodes that computed the weights from 16 bits.</summary>
    private void RemoveUnused()
    {
        var used = _graph.Output.Select(output => output.Name).ToHashSet();
        var kept = new List<NodeProto>();
        foreach (var node in _graph.Node.Reverse().Where(node => node.Output.Any(used.Contains)))
        {
            used.UnionWith(node.Input);
            kept.Add(node);
        }

        kept.Reverse();
        _graph.Node.Clear();
        _graph.Node.Add(kept);
        TensorProto[] tensors = [.. _graph.Initializer.Where(tensor => used.Contains(tensor.Name))];
        _graph.Initializer.Clear();
        _graph.Initializer.Add(tensors);
    }
}
