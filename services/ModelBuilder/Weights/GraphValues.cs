using Segmentation.Onnx;

namespace Segmentation.ModelBuilder.Weights;

/// <summary>
/// Values of a published graph: who makes and who uses each, and which are constants. A value that nodes compute from
/// constants alone is one too: exporters write Identity for a constant equal to another, Cast around 16-bit weights,
/// and Transpose, Reshape or Concat where they do not fold.
/// </summary>
internal sealed class GraphValues
{
    private readonly Dictionary<string, TensorProto> _initializers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NodeProto> _producers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<NodeProto>> _consumers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor?> _constants = new(StringComparer.Ordinal);

    public GraphValues(GraphProto graph)
    {
        Nodes = graph.Node;
        foreach (var tensor in graph.Initializer)
        {
            _initializers[tensor.Name] = tensor;
        }

        foreach (var node in graph.Node)
        {
            foreach (var output in node.Output)
            {
                _producers[output] = node;
            }

            foreach (var input in node.Input.Distinct(StringComparer.Ordinal))
            {
                if (!_consumers.TryGetValue(input, out var users))
                {
                    _consumers[input] = users = [];
                }

                users.Add(node);
            }
        }
    }

    /// <summary>All nodes, in the order of the file.</summary>
    public IReadOnlyList<NodeProto> Nodes { get; }

    /// <summary>Names of initializers and of what nodes compute.</summary>
    public IEnumerable<string> Names => _initializers.Keys.Concat(_producers.Keys);

    /// <summary>Returns the node that computes a value; null for initializers and inputs of the graph.</summary>
    public NodeProto? Producer(string value) => _producers.GetValueOrDefault(value);

    /// <summary>Returns the nodes that use a value.</summary>
    public IReadOnlyList<NodeProto> Consumers(string value) => _consumers.GetValueOrDefault(value) ?? [];

    /// <summary>
    /// Returns a constant's numbers; integers, also those of quantised weights, as they are. Null if the value depends
    /// on an input of the graph, or on an operator that constants do not need.
    /// </summary>
    public Tensor? Constant(string value)
    {
        if (!_constants.TryGetValue(value, out var constant))
        {
            // Null while the value is computed, so that a damaged graph that runs in a circle ends here.
            _constants[value] = null;
            constant = _constants[value] = _initializers.TryGetValue(value, out var tensor)
                ? TensorReader.ReadNumbers(tensor)
                : Producer(value) is { } node ? ConstantFolding.Fold(node, Constant) : null;
        }

        return constant;
    }
}
