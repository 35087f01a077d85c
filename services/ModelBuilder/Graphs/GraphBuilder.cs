using System.Runtime.InteropServices;
using Google.Protobuf;
using Segmentation.ModelBuilder.Weights;
using Segmentation.Onnx;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Graphs;

/// <summary>
/// Collects nodes and initializers of one graph. A method takes and returns names of values, so a graph reads as the
/// formula it computes; <see cref="Scope"/> prefixes the generated names with the reference block they belong to.
/// </summary>
internal sealed partial class GraphBuilder(string name)
{
    private const string Contrib = "com.microsoft";
    private readonly GraphProto _graph = new() { Name = name };
    private readonly Dictionary<string, string> _integers = [];
    private readonly Dictionary<string, string> _named = [];
    private string _scope = "";
    private int _count;

    /// <summary>Sets the prefix of the names of nodes added from here on: the reference's block.</summary>
    public void Scope(string block) => _scope = block + "/";

    /// <summary>Adds a graph input; a dimension is a number or the name of a free size.</summary>
    public string Input(string value, DataType type, params object[] shape)
    {
        _graph.Input.Add(Describe(value, type, shape));
        return value;
    }

    /// <summary>Makes <paramref name="source"/> a graph output, under a name of the contract.</summary>
    public void Output(string source, string value, DataType type, params object[] shape)
    {
        _graph.Output.Add(Describe(value, type, shape));
        Node("Identity", [source], value);
    }

    /// <summary>Returns the graph with the header that ONNX Runtime needs.</summary>
    public ModelProto Build(string documentation) => ModelHeader.Wrap(_graph, documentation);

    /// <summary>Appends a node as it is; its names must differ from generated ones.</summary>
    public void Append(NodeProto node) => _graph.Node.Add(node);

    /// <summary>Appends a node with one output and returns the output's generated name.</summary>
    public string Make(string operation, string[] inputs, params AttributeProto[] attributes) =>
        Node(operation, inputs, NewName(operation), attributes);

    /// <summary>Adds a constant in float32: biases, norms, tables.</summary>
    public string Constant(Tensor tensor) => Initializer(Floats(tensor));

    /// <summary>Adds a constant in float32 under a name by which readers of the file find it; added once.</summary>
    public string Constant(string initializer, Tensor tensor) =>
        Once(initializer, () => Initializer(Floats(tensor), initializer));

    public string Scalar(float value) => Initializer(new TensorProto
    {
        DataType = (int)DataType.Float,
        RawData = ByteString.CopyFrom(BitConverter.GetBytes(value)),
    });

    /// <summary>Adds a one-dimensional int64 tensor: shapes, axes, indices.</summary>
    public string Integers(params long[] values)
    {
        var key = string.Join(',', values);
        if (!_integers.TryGetValue(key, out var constant))
        {
            constant = _integers[key] = Initializer(new TensorProto
            {
                Dims = { values.Length },
                DataType = (int)DataType.Int64,
                RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>(values)),
            });
        }

        return constant;
    }

    /// <summary>
    /// Adds a weight stored in 16 bits with a float32 scale for each index of <paramref name="axis"/>. The cast and the
    /// multiplication have only constant inputs, so ONNX Runtime folds them when it loads the graph.
    /// </summary>
    public string Weight(Tensor tensor, int axis)
    {
        var compact = Int16Weight.From(tensor, axis);
        return MakeMul(MakeCast(Initializer(compact.Values), DataType.Float), Constant(compact.Scale));
    }

    /// <summary>
    /// Adds a weight stored in 16 bits under a name by which readers of the file find it, its scales under
    /// <c>name.scale</c>; added once.
    /// </summary>
    public string Weight(string initializer, Tensor tensor, int axis) => Once(initializer, () =>
    {
        var compact = Int16Weight.From(tensor, axis);
        return MakeMul(
            MakeCast(Initializer(compact.Values, initializer), DataType.Float),
            Initializer(Floats(compact.Scale), $"{initializer}.scale"));
    });

    public string Initializer(TensorProto tensor) => Initializer(tensor, NewName("w"));

    /// <summary>Adds a constant as it is, under a generated name.</summary>
    public string Initializer(TensorProto tensor, string initializer)
    {
        tensor.Name = initializer;
        _graph.Initializer.Add(tensor);
        return initializer;
    }

    private string Once(string initializer, Func<string> make)
    {
        if (!_named.TryGetValue(initializer, out var value))
        {
            value = _named[initializer] = make();
        }

        return value;
    }

    private static TensorProto Floats(Tensor tensor) => new()
    {
        Dims = { tensor.Shape.Select(size => (long)size) },
        DataType = (int)DataType.Float,
        RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(tensor.Values)),
    };

    private string Node(string operation, string[] inputs, string output, params AttributeProto[] attributes)
    {
        var contrib = operation.StartsWith(Contrib + ".", StringComparison.Ordinal);
        _graph.Node.Add(new NodeProto
        {
            Name = output,
            OpType = contrib ? operation[(Contrib.Length + 1)..] : operation,
            Domain = contrib ? Contrib : "",
            Input = { inputs },
            Output = { output },
            Attribute = { attributes },
        });
        return output;
    }

    private string NewName(string operation) => $"{_scope}{operation}_{_count++}";

    private static ValueInfoProto Describe(string value, DataType type, object[] shape)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = new TensorShapeProto() };
        foreach (var size in shape)
        {
            tensor.Shape.Dim.Add(size is string symbol
                ? new TensorShapeProto.Types.Dimension { DimParam = symbol }
                : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(size, null) });
        }

        return new ValueInfoProto { Name = value, Type = new TypeProto { TensorType = tensor } };
    }
}
