using System.Numerics.Tensors;
using Segmentation.Onnx;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>Builds layers from the weights of an encoder graph, found by the operators that use them.</summary>
/// <param name="file">The encoder graph.</param>
/// <param name="memory">Holds packed weights; lives as long as the encoder.</param>
internal sealed class EncoderWeights<TSimd, TVector>(OperatorWeights file, Arena memory)
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Taps = 9;

    /// <summary>Holds packed weights; lives as long as the encoder.</summary>
    public Arena Memory => memory;

    /// <summary>True if a block has an operator of a type.</summary>
    public bool Has(string block, string operation) => file.Has(block, operation);

    /// <summary>Reads a constant input of an operator.</summary>
    public OperatorWeights.Constant Read(string block, string operation, Index index, int input) =>
        file.Read(file.Node(block, operation, index), input);

    /// <summary>Reads an integer attribute of an operator.</summary>
    public int Attribute(string block, string operation, Index index, string name)
    {
        var attribute = file.Node(block, operation, index).Attribute.Single(a => a.Name == name);
        return (int)(attribute.Ints.Count > 0 ? attribute.Ints[0] : attribute.I);
    }

    /// <summary>Builds a convolution as a product over all its taps' inputs.</summary>
    public Conv1x1<TSimd, TVector> Convolution(string block, int index)
    {
        var node = file.Node(block, "Conv", index);
        return Conv1x1<TSimd, TVector>.FromConvolution(memory, file.Read(node, 1).Values, Bias(node));
    }

    /// <summary>Builds a convolution of 3 x 3 as one product for each tap; each has the bias.</summary>
    public Conv1x1<TSimd, TVector>[] ByTap(string block, int index)
    {
        var node = file.Node(block, "Conv", index);
        var weight = file.Read(node, 1).Values;
        var bias = Bias(node);
        return
        [
            .. Enumerable.Range(0, Taps).Select(tap => Conv1x1<TSimd, TVector>.FromConvolution(
                memory, [.. weight.Where((_, i) => i % Taps == tap)], bias)),
        ];
    }

    /// <summary>Builds a depthwise convolution of 3 x 3.</summary>
    public DepthwiseConv3x3<TSimd, TVector> Depthwise(string block, int index)
    {
        var node = file.Node(block, "Conv", index);
        return new(file.Read(node, 1).Values, Bias(node));
    }

    /// <summary>Builds a MatMul without a bias.</summary>
    public Conv1x1<TSimd, TVector> Product(string block, Index index) => Product(block, index, null);

    /// <summary>Builds a MatMul with a bias that another operator adds.</summary>
    public Conv1x1<TSimd, TVector> Product(string block, Index index, float[]? bias)
    {
        var weight = Read(block, "MatMul", index, 1);
        return Conv1x1<TSimd, TVector>.FromLinear(memory, weight.Values, bias ?? new float[weight.Shape[1]]);
    }

    /// <summary>Builds a LayerNorm over channels.</summary>
    public LayerNorm2d<TSimd, TVector> Norm(string block, Index index)
    {
        var node = file.Node(block, "LayerNormalization", index);
        var epsilon = node.Attribute.Single(attribute => attribute.Name == "epsilon").F;
        return new(file.Read(node, 1).Values, file.Read(node, 2).Values, epsilon);
    }

    /// <summary>Builds a Gemm: a product with a bias.</summary>
    public Conv1x1<TSimd, TVector> Linear(string block, int index) => Conv1x1<TSimd, TVector>.FromLinear(
        memory, Read(block, "Gemm", index, 1).Values, Read(block, "Gemm", index, 2).Values);

    /// <summary>
    /// Builds the projection to queries, keys and values of an attention as one layer, with the scale of the scores in
    /// the queries; and the projection of a token of zeros.
    /// </summary>
    public (Conv1x1<TSimd, TVector> Layer, float[] OfZeros) Projection(string block)
    {
        const int Parts = 3;
        var weights = Enumerable.Range(0, Parts).Select(part => Read(block, "Gemm", part, 1)).ToArray();
        var channels = weights[0].Shape[0];
        var scale = file.Node(block, CpuImageEncoder.Attention, 0).Attribute.Single(a => a.Name == "scale").F;
        var weight = new float[channels * Parts * channels];
        var bias = Enumerable.Range(0, Parts).SelectMany(part => Read(block, "Gemm", part, 2).Values).ToArray();
        var zeros = Array.ConvertAll(bias, value => (double)value);
        var norm = Read(block, "LayerNormalization", 0, 2).Values;
        for (var i = 0; i < weight.Length; i++)
        {
            var (input, output) = (i / (Parts * channels), i % (Parts * channels));
            weight[i] = weights[output / channels].Values[input * channels + output % channels];
            zeros[output] += (double)norm[input] * weight[i];
            weight[i] *= output < channels ? scale : 1;
        }

        TensorPrimitives.Multiply(bias.AsSpan(0, channels), scale, bias.AsSpan(0, channels));
        return (
            Conv1x1<TSimd, TVector>.FromLinear(memory, weight, bias),
            [.. zeros.Select((value, output) => (float)(output < channels ? value * scale : value))]);
    }

    /// <summary>Builds the reference's <c>MBConv</c>.</summary>
    public MBConv<TSimd, TVector> Bottleneck(string block) =>
        new(Convolution(block, 0), Depthwise(block, 1), Convolution(block, 2), 1, addsInput: true);

    /// <summary>
    /// Builds the reference's <c>PatchMerging</c>; after a stage of windows its 1x1 convolutions are MatMuls.
    /// </summary>
    public MBConv<TSimd, TVector> Merging(string block)
    {
        var areProducts = Has(block, "MatMul");
        var middle = areProducts ? 0 : 1;
        return new(
            areProducts ? Product(block, 0, Read(block, "BiasGelu", 0, 1).Values) : Convolution(block, 0),
            Depthwise(block, middle),
            areProducts ? Product(block, ^1, Read(block, "Add", 0, 1).Values) : Convolution(block, 2),
            Attribute(block, "Conv", middle, "strides"),
            addsInput: false);
    }

    private float[] Bias(NodeProto convolution) => convolution.Input.Count > 2
        ? file.Read(convolution, 2).Values
        : new float[file.Read(convolution, 1).Shape[0]];
}
