using Google.Protobuf;
using Segmentation.Onnx;
using ElementType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.Sam.Weights;

/// <summary>
/// Rewrites a graph so that it computes in 16-bit floats. What depends on no input, such as weights that are stored in
/// integers with a scale, is computed in 32 bits as before and rounded once, since a scale alone can be too small for
/// 16 bits. Inputs and outputs keep their types.
/// </summary>
internal sealed class HalfPrecision
{
    private const string Suffix = ".float16";
    private readonly GraphProto _graph;
    private readonly HashSet<string> _inputs;
    private readonly Dictionary<string, ElementType> _constants = [];
    private readonly HashSet<string> _rounded = [];
    private readonly List<NodeProto> _nodes = [];

    private HalfPrecision(GraphProto graph)
    {
        _graph = graph;
        foreach (var tensor in graph.Initializer)
        {
            _constants[tensor.Name] = (ElementType)tensor.DataType;
        }

        _inputs = graph.Input.Where(input => IsFloat(input) && !_constants.ContainsKey(input.Name))
            .Select(input => input.Name).ToHashSet();
    }

    /// <summary>Reads a graph and writes it again in 16 bits.</summary>
    /// <returns>An ONNX file.</returns>
    /// <exception cref="InvalidDataException">The file is not an ONNX model, or one that cannot be
    /// rewritten.</exception>
    public static byte[] Make(string path)
    {
        var model = OnnxFile.Read(path);
        if (model.Graph.Node.FirstOrDefault(IsUnknown) is { } unknown)
        {
            throw new InvalidDataException(
                $"{path} has an operator {unknown.OpType} ('{unknown.Name}'), which keeps the graph from being computed "
                + "in 16 bits. Export the model in 16 bits, or encode in 32 bits.");
        }

        new HalfPrecision(model.Graph).Rewrite();
        return model.ToByteArray();
    }

    // Quantised graphs have types of their own, and branches are graphs of their own.
    private static bool IsUnknown(NodeProto node) =>
        node.OpType.Contains("Quantize", StringComparison.OrdinalIgnoreCase)
        || node.OpType.Contains("Integer", StringComparison.Ordinal)
        || node.Attribute.Any(attribute => attribute.G is not null);

    private static bool IsFloat(ValueInfoProto value) =>
        value.Type?.TensorType?.ElemType == (int)ElementType.Float;

    private void Rewrite()
    {
        foreach (var input in _inputs)
        {
            AddCast(input, $"{input}{Suffix}", ElementType.Float16);
        }

        var outputs = _graph.Output.Where(IsFloat).Select(output => output.Name).ToHashSet();
        foreach (var node in _graph.Node)
        {
            if (!TryKeep(node))
            {
                Replace(node, outputs);
            }
        }

        _graph.Node.Clear();
        _graph.Node.Add(_nodes);
        // Types of values within have changed; ONNX Runtime infers them.
        _graph.ValueInfo.Clear();
    }

    /// <summary>Keeps a node that depends on no input, and notes the type of what it computes.</summary>
    private bool TryKeep(NodeProto node)
    {
        var named = node.Input.Where(name => name.Length > 0).ToList();
        var isConstant = named.Count > 0 ? named.All(_constants.ContainsKey) : node.OpType == "Constant";
        if (!isConstant)
        {
            return false;
        }

        _nodes.Add(node);
        foreach (var output in node.Output)
        {
            _constants[output] = TypeOf(node, named);
        }

        return true;
    }

    private ElementType TypeOf(NodeProto node, List<string> inputs)
    {
        var value = node.Attribute.FirstOrDefault(attribute => attribute.Name is "value" or "to");
        return node.OpType switch
        {
            "Cast" => (ElementType)value!.I,
            "Constant" => value?.T is { } tensor ? (ElementType)tensor.DataType
                : node.Attribute.Any(attribute => attribute.Name is "value_float" or "value_floats") ? ElementType.Float
                : ElementType.Int64,
            "ConstantOfShape" => value?.T is { } fill ? (ElementType)fill.DataType : ElementType.Float,
            "Shape" or "Size" or "NonZero" or "ArgMax" or "ArgMin" => ElementType.Int64,
            "Equal" or "Less" or "Greater" or "LessOrEqual" or "GreaterOrEqual" or "Not" => ElementType.Bool,
            "Where" => _constants[inputs[1]],
            _ => _constants[inputs[0]],
        };
    }

    private void Replace(NodeProto node, HashSet<string> outputs)
    {
        for (var i = 0; i < node.Input.Count; i++)
        {
            var name = node.Input[i];
            // Factors by which a picture is resized are of 32 bits by ONNX's rule.
            if (node.OpType == "Resize" && i is 1 or 2)
            {
                continue;
            }

            if (_inputs.Contains(name))
            {
                node.Input[i] = $"{name}{Suffix}";
            }
            else if (_constants.TryGetValue(name, out var type) && type == ElementType.Float)
            {
                node.Input[i] = Rounded(name);
            }
        }

        if (node.OpType is "Cast" or "ConstantOfShape")
        {
            Retype(node);
        }

        _nodes.Add(node);
        for (var i = 0; i < node.Output.Count; i++)
        {
            if (outputs.Contains(node.Output[i]))
            {
                var name = node.Output[i];
                node.Output[i] = $"{name}{Suffix}";
                AddCast(node.Output[i], name, ElementType.Float);
            }
        }
    }

    private static void Retype(NodeProto node)
    {
        var attribute = node.Attribute.FirstOrDefault(attribute => attribute.Name is "to" or "value");
        if (node.OpType == "Cast" && attribute!.I == (int)ElementType.Float)
        {
            attribute.I = (int)ElementType.Float16;
        }
        else if (node.OpType == "ConstantOfShape" && attribute?.T is null or { DataType: (int)ElementType.Float })
        {
            var value = attribute?.T is { } tensor ? FloatOf(tensor) : 0;
            node.Attribute.Clear();
            node.Attribute.Add(new AttributeProto
            {
                Name = "value",
                Type = AttributeProto.Types.AttributeType.Tensor,
                T = new TensorProto
                {
                    Dims = { 1 },
                    DataType = (int)ElementType.Float16,
                    RawData = ByteString.CopyFrom(BitConverter.GetBytes((Half)value)),
                },
            });
        }
    }

    private static float FloatOf(TensorProto tensor) => tensor.RawData.Length == sizeof(float)
        ? BitConverter.ToSingle(tensor.RawData.Span)
        : tensor.FloatData[0];

    private string Rounded(string constant)
    {
        var name = $"{constant}{Suffix}";
        if (_rounded.Add(constant))
        {
            AddCast(constant, name, ElementType.Float16);
        }

        return name;
    }

    private void AddCast(string from, string to, ElementType type) => _nodes.Add(new NodeProto
    {
        OpType = "Cast",
        Name = $"{to}/cast",
        Input = { from },
        Output = { to },
        Attribute =
        {
            new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (long)type },
        },
    });
}
