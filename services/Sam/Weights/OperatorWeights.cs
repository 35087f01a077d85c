using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Segmentation.Onnx;
using ElementType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.Sam.Weights;

/// <summary>
/// The weights of an ONNX file by the operators that use them: ModelBuilder names an operator after the block of the
/// reference that it belongs to, <c>layers.1/blocks.0/Gemm_12</c>.
/// </summary>
internal sealed class OperatorWeights
{
    private const string Remedy = "Build the model again with ModelBuilder (docs/model.md).";
    private readonly string _path;
    private readonly Dictionary<string, TensorProto> _constants;
    private readonly Dictionary<string, NodeProto> _makers = [];
    private readonly Dictionary<(string Block, string Operation), List<NodeProto>> _nodes = [];

    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is not an ONNX model.</exception>
    public OperatorWeights(string path)
    {
        _path = path;
        var graph = OnnxFile.Read(path).Graph;
        _constants = graph.Initializer.ToDictionary(tensor => tensor.Name);
        foreach (var node in graph.Node)
        {
            _makers[node.Output[0]] = node;
            var key = (node.Name[..Math.Max(0, node.Name.LastIndexOf('/'))], node.OpType);
            CollectionsMarshal.GetValueRefOrAddDefault(_nodes, key, out _) ??= [];
            _nodes[key].Add(node);
        }
    }

    /// <summary>Returns true if a block of the reference has an operator of a kind.</summary>
    public bool Has(string block, string operation) => _nodes.ContainsKey((block, operation));

    /// <summary>Returns all operators of a kind.</summary>
    public IEnumerable<NodeProto> All(string operation) =>
        _nodes.Where(nodes => nodes.Key.Operation == operation).SelectMany(nodes => nodes.Value);

    /// <summary>Returns an operator of a block, by its place among those of its kind.</summary>
    /// <exception cref="InvalidDataException">The block has no such operator.</exception>
    public NodeProto Node(string block, string operation, Index index) =>
        _nodes.TryGetValue((block, operation), out var nodes)
            && index.GetOffset(nodes.Count) is var place && place >= 0 && place < nodes.Count
            ? nodes[place]
            : throw new InvalidDataException(
                $"{_path} is not a graph of this version: block '{block}' lacks {operation} {index}. {Remedy}");

    /// <summary>Returns a constant input of an operator.</summary>
    /// <exception cref="InvalidDataException">The input is not constant, or computed in an unknown way.</exception>
    public Constant Read(NodeProto node, int input) => input < node.Input.Count
        ? Read(node.Input[input])
        : throw new InvalidDataException($"{_path}: operator '{node.Name}' has no input {input}. {Remedy}");

    // Forms that ModelBuilder writes: floats; 16 bits, cast, times a scale for each channel; entries of a shared table.
    private Constant Read(string value)
    {
        if (_constants.TryGetValue(value, out var tensor))
        {
            return new([.. tensor.Dims.Select(size => checked((int)size))], Numbers(tensor));
        }

        return _makers.GetValueOrDefault(value) switch
        {
            { OpType: "Cast" or "Unsqueeze" } same => Read(same.Input[0]),
            { OpType: "Mul" } product => Scale(Read(product.Input[0]), Read(product.Input[1])),
            { OpType: "Gather" } gather => Gather(Read(gather.Input[0]), Read(gather.Input[1])),
            _ => throw new InvalidDataException($"{_path}: value '{value}' is not a constant. {Remedy}"),
        };
    }

    private static Constant Scale(Constant values, Constant scale) =>
        values with { Values = CompactWeight.Apply([.. values.Values], values.Shape, scale.Values, scale.Shape) };

    // Along the second axis of a table: [rows, entries] by [n, m] to [rows, n, m].
    private static Constant Gather(Constant table, Constant index) => new(
        [table.Shape[0], .. index.Shape],
        [.. Enumerable.Range(0, table.Shape[0]).SelectMany(
            row => index.Values.Select(entry => table.Values[row * table.Shape[1] + (int)entry]))]);

    private float[] Numbers(TensorProto tensor) => (ElementType)tensor.DataType switch
    {
        ElementType.Float => MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray(),
        ElementType.Int16 => Convert<short>(tensor),
        ElementType.Uint16 => Convert<ushort>(tensor),
        ElementType.Uint8 => Convert<byte>(tensor),
        var type => throw new InvalidDataException($"{_path}: constant '{tensor.Name}' is of type {type}. {Remedy}"),
    };

    private static float[] Convert<T>(TensorProto tensor)
        where T : unmanaged, INumber<T>
    {
        var stored = MemoryMarshal.Cast<byte, T>(tensor.RawData.Span);
        var values = new float[stored.Length];
        TensorPrimitives.ConvertTruncating(stored, values);
        return values;
    }

    /// <summary>A constant tensor.</summary>
    /// <param name="Shape">Its sizes.</param>
    /// <param name="Values">Row-major.</param>
    internal sealed record Constant(int[] Shape, float[] Values);
}
