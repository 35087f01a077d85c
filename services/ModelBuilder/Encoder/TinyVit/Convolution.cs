using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Encoder.TinyVit;

/// <summary>A published convolution, its batch normalisation folded by the export.</summary>
internal sealed class Convolution
{
    private readonly Tensor? _bias;
    private readonly long _groups;
    private readonly long[] _pads;

    public Convolution(PublishedWeights model, string node)
    {
        var source = model.Node(node);
        Weight = model.Input(node, 1);
        _bias = source.Input.Count > 2 ? model.Input(node, 2) : null;
        _groups = source.Attribute.Single(attribute => attribute.Name == "group").I;
        _pads = [.. source.Attribute.Single(attribute => attribute.Name == "pads").Ints];
        Stride = (int)source.Attribute.Single(attribute => attribute.Name == "strides").Ints[0];
    }

    /// <summary>[out, in, height, width].</summary>
    public Tensor Weight { get; }

    public int Stride { get; }

    /// <summary>[out], zeros where the convolution has none.</summary>
    public Tensor Bias => _bias ?? Tensor.Vector(new float[Weight.Rows]);

    /// <summary>A 1x1 convolution as the weight [in, out] of a product with tokens.</summary>
    public Tensor AsMatrix => Weight.Reshape(Weight.Rows, Weight.Shape[1]).Transpose(1, 0);

    public string Make(GraphBuilder graph, string planes) => graph.MakeConv(
        planes, graph.Weight(Weight, axis: 0), _bias is null ? "" : graph.Constant(_bias), _groups, Stride, _pads);
}
