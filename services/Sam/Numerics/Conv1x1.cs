namespace Segmentation.Sam.Numerics;

/// <summary>
/// A convolution of 1 x 1: result [outputs, columns] = weight [outputs, inputs] x input [inputs, columns] + bias. Also
/// one tap of a larger convolution, and a linear layer over channels.
/// </summary>
internal sealed unsafe class Conv1x1<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private readonly OperandA<Interleaved> _weight;
    private readonly Matrix _bias;

    private Conv1x1(Arena memory, OperandA<Interleaved> weight, float[] bias)
    {
        (_weight, Bias) = (weight, bias);
        _bias = memory.Allocate(1, bias.Length);
        bias.CopyTo(_bias.Span(0));
    }

    /// <summary>Channels of the input.</summary>
    public int Inputs => _weight.Depth;

    /// <summary>Channels of the output, a multiple of 4.</summary>
    public int Outputs => Bias.Length;

    /// <summary>[outputs].</summary>
    public float[] Bias { get; }

    /// <summary>Packs the weight of a linear layer, [inputs, outputs].</summary>
    public static Conv1x1<TSimd, TVector> FromLinear(Arena memory, float[] weight, float[] bias)
    {
        fixed (float* values = weight)
        {
            var inputs = weight.Length / bias.Length;
            return new(memory, PackedA.Columns(memory, new(values, inputs, bias.Length), bias.Length, inputs), bias);
        }
    }

    /// <summary>Packs the weight of a convolution, [outputs, inputs].</summary>
    public static Conv1x1<TSimd, TVector> FromConvolution(Arena memory, float[] weight, float[] bias)
    {
        fixed (float* values = weight)
        {
            var inputs = weight.Length / bias.Length;
            return new(memory, PackedA.Rows(memory, new(values, bias.Length, inputs), inputs), bias);
        }
    }

    /// <summary>Computes all outputs.</summary>
    /// <param name="input">[inputs, columns].</param>
    /// <param name="output">Receives [outputs, columns].</param>
    public void Apply(in OperandB<float> input, in Tile output) =>
        Gemm<TSimd, TVector>.WithBias(_weight, input, _bias.Data, output);

    /// <summary>Computes some of the outputs.</summary>
    /// <param name="first">First output, a multiple of 4.</param>
    /// <param name="count">Their number, a multiple of 4.</param>
    /// <param name="input">[inputs, columns].</param>
    /// <param name="output">Receives [count, columns].</param>
    public void ApplyOutputs(int first, int count, in OperandB<float> input, in Tile output) =>
        Gemm<TSimd, TVector>.WithBias(_weight.SliceRows(first, count), input, _bias.Data + first, output);

    /// <summary>Adds the contribution of some of the inputs to all outputs, without the bias.</summary>
    /// <param name="first">First input.</param>
    /// <param name="count">Their number.</param>
    /// <param name="input">Those inputs alone, [count, columns].</param>
    /// <param name="output">[outputs, columns].</param>
    public void AccumulateInputs(int first, int count, in OperandB<float> input, in Tile output) =>
        Gemm<TSimd, TVector>.Accumulate(_weight.SliceDepth(first, count), input, output);
}
