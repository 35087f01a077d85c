using static Segmentation.ModelBuilder.Graphs.Attributes;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Graphs;

/// <content>Methods that append one operator each.</content>
internal sealed partial class GraphBuilder
{
    public string MakeAdd(string a, string b) => Make("Add", [a, b]);

    public string MakeSub(string a, string b) => Make("Sub", [a, b]);

    public string MakeMul(string a, string b) => Make("Mul", [a, b]);

    public string MakeDiv(string a, string b) => Make("Div", [a, b]);

    public string MakeExp(string a) => Make("Exp", [a]);

    public string MakeSin(string a) => Make("Sin", [a]);

    public string MakeCos(string a) => Make("Cos", [a]);

    public string MakeRelu(string a) => Make("Relu", [a]);

    public string MakeSigmoid(string a) => Make("Sigmoid", [a]);

    public string MakeCast(string a, DataType type) => Make("Cast", [a], Of("to", (long)type));

    public string MakeMatMul(string a, string b) => Make("MatMul", [a, b]);

    /// <summary>Applies a linear layer to rows a [n,k]: a times weight [k,m] plus bias [m].</summary>
    public string MakeLinear(string a, string weight, string bias) => Make("Gemm", [a, weight, bias]);

    /// <summary>Multiplies a, transposed in its last two axes, by b.</summary>
    public string MakeMatMulTransposedA(string a, string b) =>
        Make("com.microsoft.FusedMatMul", [a, b], Of("transA", 1));

    /// <summary>Multiplies a by b, transposed in its last two axes.</summary>
    public string MakeMatMulTransposedB(string a, string b) =>
        Make("com.microsoft.FusedMatMul", [a, b], Of("transB", 1));

    public string MakeReshape(string a, params long[] shape) => Make("Reshape", [a, Integers(shape)]);

    public string MakeReshapeTo(string a, string shape) => Make("Reshape", [a, shape]);

    public string MakeTranspose(string a, params long[] axes) => Make("Transpose", [a], Of("perm", axes));

    public string MakeConcat(long axis, params string[] parts) => Make("Concat", parts, Of("axis", axis));

    public string MakeSlice(string a, string starts, string ends, params long[] axes) =>
        Make("Slice", [a, starts, ends, Integers(axes)]);

    public string MakeGather(string a, string indices, long axis) => Make("Gather", [a, indices], Of("axis", axis));

    public string MakeExpand(string a, string shape) => Make("Expand", [a, shape]);

    public string MakeSoftmax(string a) => Make("Softmax", [a], Of("axis", -1));

    public string MakeReduceMax(string a, long axis) => Make("ReduceMax", [a, Integers(axis)]);

    public string MakeReduceSum(string a, long axis) => Make("ReduceSum", [a, Integers(axis)]);

    /// <summary>Returns the sizes of axes [start, end) as a one-dimensional int64 tensor.</summary>
    public string MakeShape(string a, long start, long end) => Make("Shape", [a], Of("start", start), Of("end", end));

    /// <summary>Applies the exact GELU, x/2 (1 + erf(x/sqrt 2)).</summary>
    public string MakeGelu(string a) => Make("com.microsoft.Gelu", [a]);

    /// <summary>Appends zeros to two axes.</summary>
    public string MakePad(string a, long first, long firstCount, long second, long secondCount) => Make(
        "Pad", [a, Integers(0, 0, firstCount, secondCount), Scalar(0), Integers(first, second)]);

    /// <summary>
    /// Attention by heads, softmax(scale q k' + bias) v: q, k, v [n,L,C] and bias [1,heads,L,L] to [n,L,C].
    /// </summary>
    public string MakeMultiHeadAttention(string q, string k, string v, string bias, long heads, float scale) =>
        Make("com.microsoft.MultiHeadAttention", [q, k, v, "", "", bias], Of("num_heads", heads), Of("scale", scale));

    /// <summary>Convolves in <paramref name="groups"/> groups; pads are top, left, bottom, right.</summary>
    public string MakeConv(string a, string weight, string bias, long groups, long stride, params long[] pads) =>
        Make("Conv", bias.Length > 0 ? [a, weight, bias] : [a, weight],
            Of("group", groups), Of("strides", [stride, stride]), Of("pads", pads));

    /// <summary>Applies the exact GELU to a plus a bias over the last axis, in one pass.</summary>
    public string MakeBiasGelu(string a, string bias) => Make("com.microsoft.BiasGelu", [a, bias]);

    public string MakeLayerNorm(string a, string scale, string bias, float epsilon) =>
        Make("LayerNormalization", [a, scale, bias], Of("axis", -1), Of("epsilon", epsilon));

    /// <summary>Computes LayerNorm(a + skip) in one pass over the rows.</summary>
    public string MakeSkipLayerNorm(string a, string skip, string scale, string bias, float epsilon) =>
        Make("com.microsoft.SkipLayerNormalization", [a, skip, scale, bias], Of("epsilon", epsilon));
}
