using System.Diagnostics.CodeAnalysis;
using Segmentation.ModelBuilder.Weights;
using Segmentation.Onnx;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Finds a published decoder's parameters by the reference's paths. A parameter's own name comes first. Exporters give
/// weights of linear layers a number for a name, but leave that of the bias: the weight is a factor of the product that
/// the bias is added to. Where names of values are lost, names of nodes say the layer (torch 1.13 and later).
/// </summary>
internal sealed class DecoderParameters
{
    private readonly PublishedWeights _model;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NodeProto> _nodes = new(StringComparer.Ordinal);

    public DecoderParameters(PublishedWeights model)
    {
        _model = model;
        Graph = new GraphValues(model.Model.Graph);
        var isHuggingFace = Graph.Names.Concat(Graph.Nodes.Select(node => node.Name)).Any(ReferenceNames.IsHuggingFace);
        foreach (var name in Graph.Names)
        {
            _values.TryAdd(ReferenceNames.PathOf(name, isHuggingFace), name);
        }

        foreach (var node in Graph.Nodes)
        {
            _nodes.TryAdd(ReferenceNames.PathOf(node.Name, isHuggingFace), node);
        }
    }

    /// <summary>The graph's values.</summary>
    public GraphValues Graph { get; }

    /// <summary>Makes an error that names the file.</summary>
    public ModelFormatException Error(string problem) => _model.Error(problem);

    /// <summary>Makes the error of a weight that is not in the file.</summary>
    public ModelFormatException Missing(string what, string lookedFor) => Error(
        $"no weight '{what}' (looked for {lookedFor}); the decoder is one of Segment Anything in a layout of docs/model.md");

    /// <summary>True if the file has a value or a node of a module.</summary>
    public bool HasModule(string path) =>
        _values.Keys.Concat(_nodes.Keys).Any(name => name.StartsWith(path + ".", StringComparison.Ordinal));

    /// <summary>Returns a parameter by its path; null if the file has none of that name.</summary>
    public Tensor? Find(string path)
    {
        if (_values.TryGetValue(path, out var name) && Graph.Constant(name) is { } constant)
        {
            return constant;
        }

        return _values.TryGetValue(path + Quantised.Values, out name) && Graph.Constant(name) is { } stored
            ? Restore(name, stored, zeroPoint: null)
            : null;
    }

    /// <summary>Returns a parameter that must exist.</summary>
    public Tensor Required(string path) => Find(path) ?? throw Missing(path, $"a constant '{path}'");

    /// <summary>Returns a vector that must exist.</summary>
    public Tensor Vector(string path, int size)
    {
        var tensor = Required(path);
        Check(path, tensor.Values.Length == size, tensor, $"{size} values");
        return tensor.Reshape(size);
    }

    /// <summary>Returns a linear layer of <paramref name="inputs"/> channels; the weight is [in, out].</summary>
    public LinearGraph Linear(string path, int inputs)
    {
        var (weight, bias) = ByBias(path) ?? ByNode(path);
        Check(path, weight.Shape.Length == 2 && weight.Rows == inputs, weight, $"{inputs} inputs");
        Check(path, bias.Values.Length == weight.Columns, bias, $"{weight.Columns} outputs");
        return new LinearGraph(path, weight, bias.Reshape(weight.Columns));
    }

    /// <summary>Returns a LayerNorm over the last axis.</summary>
    public Norm Norm(string path, int channels)
    {
        if (!_nodes.TryGetValue($"{path}.LayerNormalization", out var node))
        {
            node = null;
        }

        Tensor Part(string part, int input, string operation) =>
            Find($"{path}.{part}")
            ?? (node is not null && node.Input.Count > input ? Graph.Constant(node.Input[input]) : null)
            ?? (_nodes.TryGetValue($"{path}.{operation}", out var sum) ? ConstantFactor(sum, channels) : null)
            ?? throw Missing($"{path}.{part}", $"a constant '{path}.{part}', and the node {ScopeOf(path)}/{operation}");
        var (scale, bias) = (Part("weight", 1, "Mul"), Part("bias", 2, "Add_1"));
        Check(path, scale.Values.Length == channels && bias.Values.Length == channels, scale, $"{channels} channels");
        return new Norm(path, scale.Reshape(channels), bias.Reshape(channels));
    }

    /// <summary>
    /// Returns a LayerNorm2d, which exporters write as arithmetic with constants [channels,1,1] that have numbers for
    /// names: the first product and sum with so many constants behind the convolution.
    /// </summary>
    public Norm Norm2d(string path, string convolution, int channels)
    {
        var (scale, bias) = (Find($"{path}.weight"), Find($"{path}.bias"));
        if (scale is null || bias is null)
        {
            (scale, bias) = Convolution(convolution) is { } node && FindAffine(node.Output[0], channels) is { } found
                ? found
                : throw Missing($"{path}.weight", $"a product and a sum with {channels} constants behind '{convolution}'");
        }

        Check(path, scale.Values.Length == channels && bias.Values.Length == channels, scale, $"{channels} channels");
        return new Norm(path, scale.Reshape(channels), bias.Reshape(channels));
    }

    /// <summary>Refuses a weight of another shape.</summary>
    public void Check(string path, [DoesNotReturnIf(false)] bool condition, Tensor tensor, string expected)
    {
        if (!condition)
        {
            throw Error($"weight '{path}' is [{string.Join(',', tensor.Shape)}], not of {expected}");
        }
    }

    /// <summary>Returns the constant of a number of values among a node's inputs.</summary>
    public Tensor? ConstantFactor(NodeProto node, int size) => node.Input
        .Select(input => input.Length > 0 ? Graph.Constant(input) : null)
        .FirstOrDefault(tensor => tensor?.Values.Length == size);

    private (Tensor Weight, Tensor Bias)? ByBias(string path)
    {
        if (!_values.TryGetValue($"{path}.bias", out var name) || Graph.Constant(name) is not { } bias)
        {
            return null;
        }

        var layers = Layers(Graph.Consumers(name)).ToArray();
        layers = layers.Length > 0 ? layers : [.. Layers(Users(name))];
        if (layers.Length > 1)
        {
            // Layers with equal biases, which an optimiser merged: nodes' names must say which is meant.
            layers = [.. layers.Where(layer => IsNodeOf(path, layer.Node))];
        }

        return layers is [var (_, weight)] ? (weight, bias) : null;
    }

    private bool IsNodeOf(string path, NodeProto node) =>
        _nodes.GetValueOrDefault($"{path}.Add") == node || _nodes.GetValueOrDefault($"{path}.Gemm") == node;

    // Nodes that add a bias to a product, with the product's constant factor.
    private IEnumerable<(NodeProto Node, Tensor Weight)> Layers(IEnumerable<NodeProto> users)
    {
        foreach (var user in users)
        {
            var weight = user.OpType switch
            {
                "Gemm" or "FusedGemm" => Factor(user),
                "Add" => user.Input.Select(Product).FirstOrDefault(factor => factor is not null),
                _ => null,
            };
            if (weight is not null)
            {
                yield return (user, weight);
            }
        }
    }

    private (Tensor Weight, Tensor Bias) ByNode(string path)
    {
        if (_nodes.TryGetValue($"{path}.Gemm", out var gemm)
            && Factor(gemm) is { } factor && gemm.Input.Count > 2 && Graph.Constant(gemm.Input[2]) is { } addend)
        {
            return (factor, addend);
        }

        if (_nodes.TryGetValue($"{path}.MatMul", out var product) && _nodes.TryGetValue($"{path}.Add", out var sum)
            && Product(product.Output[0]) is { } weight && ConstantFactor(sum, weight.Columns) is { } bias)
        {
            return (weight, bias);
        }

        var scope = ScopeOf(path);
        throw Missing(
            $"{path}.weight",
            $"the product that '{path}.bias' is added to, and for nodes {scope}/MatMul and {scope}/Add, or {scope}/Gemm");
    }

    // Nodes that use a value, through nodes that leave its numbers; but not those that use an equal parameter, which
    // has a name of its own behind an Identity.
    private IEnumerable<NodeProto> Users(string value) => Graph.Consumers(value).SelectMany(node => node.OpType switch
    {
        "Identity" when IsParameter(node.Output[0]) => [],
        "Identity" or "Cast" or "Reshape" or "Unsqueeze" or "DequantizeLinear" => Users(node.Output[0]),
        _ => [node],
    });

    private static bool IsParameter(string value) =>
        value.EndsWith(".bias", StringComparison.Ordinal) || value.EndsWith(".weight", StringComparison.Ordinal);

    // The constant factor [in, out] of the product that a value is, through the scales of quantised products.
    private Tensor? Product(string value) => Graph.Producer(value) is not { } node ? null : node.OpType switch
    {
        "MatMul" or "FusedMatMul" or "Gemm" => Factor(node),
        "MatMulInteger" => Graph.Constant(node.Input[1]) is { } stored
            ? Restore(node.Input[1], stored, node.Input.Count > 3 ? Graph.Constant(node.Input[3]) : null)
            : null,
        "MatMulNBits" => throw Error(
            $"weights are packed in 4 bits ('{node.Name}', MatMulNBits), which are not read; take the model's file in 32, 16 "
            + "or 8 bits"),
        "Identity" or "Cast" or "Reshape" or "Squeeze" or "Unsqueeze" => Product(node.Input[0]),
        "Mul" => node.Input.Select(Product).FirstOrDefault(factor => factor is not null),
        _ => null,
    };

    private Tensor? Factor(NodeProto node) => Graph.Constant(node.Input[1]) is { Shape.Length: 2 } weight
        ? ConstantFolding.Integer(node, "transB") == 1 ? weight.Transpose(1, 0) : weight
        : null;

    private Tensor Restore(string name, Tensor stored, Tensor? zeroPoint)
    {
        var stem = name.EndsWith(Quantised.Values, StringComparison.Ordinal) ? name[..^Quantised.Values.Length] : name;
        var scale = Graph.Constant(stem + Quantised.Scale)
            ?? throw Error($"the quantised weight '{name}' has no scale '{stem}{Quantised.Scale}'");
        zeroPoint ??= Graph.Constant(stem + Quantised.ZeroPoint);

        // Channels of convolutions are the first axis, of products the last.
        return Quantised.Restore(stored, scale, zeroPoint, stored.Shape.Length == 4 ? 0 : -1)
            ?? throw Error($"the scales of the quantised weight '{name}' do not fit to its channels");
    }

    private NodeProto? Convolution(string path)
    {
        foreach (var name in new[] { $"{path}.weight", $"{path}.weight{Quantised.Values}" })
        {
            if (_values.TryGetValue(name, out var value)
                && Users(value).FirstOrDefault(node => node.OpType is "Conv" or "ConvTranspose" or "ConvInteger") is { } user)
            {
                return user;
            }
        }

        return _nodes.GetValueOrDefault($"{path}.Conv") ?? _nodes.GetValueOrDefault($"{path}.ConvTranspose");
    }

    // Breadth first: the norm's product is nearer than any later one.
    private (Tensor Scale, Tensor Bias)? FindAffine(string start, int channels)
    {
        const int Steps = 32;
        var queue = new Queue<string>([start]);
        var seen = new HashSet<string>(StringComparer.Ordinal) { start };
        for (var step = 0; step < Steps && queue.TryDequeue(out var value); step++)
        {
            foreach (var node in Graph.Consumers(value))
            {
                if (node.OpType == "Mul" && ConstantFactor(node, channels) is { } scale
                    && Graph.Consumers(node.Output[0]).FirstOrDefault(user => user.OpType == "Add") is { } sum
                    && ConstantFactor(sum, channels) is { } bias)
                {
                    return (scale, bias);
                }

                if (seen.Add(node.Output[0]))
                {
                    queue.Enqueue(node.Output[0]);
                }
            }
        }

        return null;
    }

    // "transformer.layers.0.mlp.lin1" is the scope "/transformer/layers.0/mlp/lin1" of an export.
    private static string ScopeOf(string path)
    {
        var scope = new System.Text.StringBuilder();
        foreach (var part in path.Split('.'))
        {
            scope.Append(char.IsAsciiDigit(part[0]) ? '.' : '/').Append(part);
        }

        return scope.ToString();
    }
}
