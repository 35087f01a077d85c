using Segmentation.Onnx;

namespace Segmentation.ModelBuilder.Weights;

/// <summary>Weights of a published ONNX file, by the names of its nodes and constants.</summary>
internal sealed class PublishedWeights
{
    private readonly Dictionary<string, NodeProto> _nodes;
    private readonly Dictionary<string, TensorProto> _constants;
    private readonly string _source;

    public PublishedWeights(ModelProto model, string source)
    {
        Model = model;
        _source = source;
        _nodes = model.Graph.Node.Where(node => node.Name.Length > 0)
            .GroupBy(node => node.Name).ToDictionary(group => group.Key, group => group.First());
        _constants = model.Graph.Initializer
            .GroupBy(tensor => tensor.Name).ToDictionary(group => group.Key, group => group.First());
        foreach (var node in model.Graph.Node.Where(node => node.OpType == "Constant"))
        {
            if (node.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T is { } value)
            {
                _constants[node.Output[0]] = value;
            }
        }
    }

    public ModelProto Model { get; }

    /// <summary>Makes an error that names this file.</summary>
    public ModelFormatException Error(string problem) => new($"{_source}: {problem}.");

    public TensorProto? FindConstant(string value) => _constants.GetValueOrDefault(value);

    /// <summary>Returns a parameter by its own name, or else the constant input of the node that applies it.</summary>
    public Tensor Parameter(string parameter, string node)
    {
        if (_constants.TryGetValue(parameter, out var tensor))
        {
            return TensorReader.ReadFloats(tensor);
        }

        return _nodes.TryGetValue(node, out var user) ? ConstantInput(user) : throw Missing(parameter, node);
    }

    /// <summary>
    /// Returns a linear layer by the names of its nodes. Exporters store the weight transposed under a generated name,
    /// so the name of the MatMul (or Gemm) node identifies the layer. The weight is [in, out].
    /// </summary>
    public (Tensor Weight, Tensor Bias) Linear(string scope)
    {
        if (_nodes.TryGetValue($"{scope}/Gemm", out var gemm))
        {
            var weight = TensorReader.ReadFloats(Required(gemm.Input[1], gemm.Name));
            var transposed = gemm.Attribute.Any(attribute => attribute.Name == "transB" && attribute.I == 1);
            return (transposed ? weight.Transpose(1, 0) : weight,
                TensorReader.ReadFloats(Required(gemm.Input[2], gemm.Name)));
        }

        if (!_nodes.TryGetValue($"{scope}/MatMul", out var product) || !_nodes.TryGetValue($"{scope}/Add", out var sum))
        {
            throw Missing(scope, $"{scope}/MatMul and {scope}/Add, or {scope}/Gemm");
        }

        return (ConstantInput(product), ConstantInput(sum));
    }

    public bool HasNode(string node) => _nodes.ContainsKey(node);

    /// <summary>Returns a node that must exist.</summary>
    public NodeProto Node(string node) => _nodes.GetValueOrDefault(node) ?? throw Missing(node, node);

    /// <summary>Returns the constant input <paramref name="index"/> of a node.</summary>
    public Tensor Input(string node, int index) => TensorReader.ReadFloats(Required(Node(node).Input[index], node));

    /// <summary>Returns the first node of a kind that satisfies a condition.</summary>
    public NodeProto FindNode(string what, string operation, Func<NodeProto, bool> condition) =>
        Model.Graph.Node.FirstOrDefault(node => node.OpType == operation && condition(node))
        ?? throw Missing(what, $"any {operation} that uses it");

    public Tensor ConstantInput(NodeProto node) =>
        node.Input.Select(FindConstant).FirstOrDefault(tensor => tensor is not null) is { } found
            ? TensorReader.ReadFloats(found)
            : throw Error($"node '{node.Name}' ({node.OpType}) has no constant input");

    private TensorProto Required(string value, string node) => FindConstant(value)
        ?? throw Error($"input '{value}' of node '{node}' is not a constant");

    private ModelFormatException Missing(string what, string node) => Error(
        $"no weight '{what}' (looked for node {node}); the decoder is one that the Segment Anything ONNX export wrote");
}
