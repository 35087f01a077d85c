namespace Segmentation.Sam.Numerics;

/// <summary>
/// A linear layer over channels, a block of columns at a time: result [outputs] = weight x [inputs] + bias.
/// </summary>
internal sealed unsafe class Conv1x1<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Rows = 4;
    private readonly Matrix _panels;
    private readonly Matrix _bias;

    private Conv1x1(Arena memory, Matrix panels, int inputs, float[] bias)
    {
        (_panels, Inputs, Outputs, Bias) = (panels, inputs, bias.Length, bias);
        _bias = memory.Allocate(1, bias.Length);
        bias.CopyTo(_bias.Span(0));
    }

    public int Inputs { get; }

    /// <summary>A multiple of 4.</summary>
    public int Outputs { get; }

    /// <summary>[outputs].</summary>
    public float[] Bias { get; }

    private static int Width => ColumnTile<TSimd, TVector>.Width;

    /// <summary>From the weight of a product [inputs, outputs].</summary>
    public static Conv1x1<TSimd, TVector> OfColumns(Arena memory, float[] weight, float[] bias)
    {
        var inputs = weight.Length / bias.Length;
        var panels = memory.Allocate(1, weight.Length);
        fixed (float* values = weight)
        {
            PackedA.PackColumns(new Matrix(values, inputs, bias.Length), inputs, bias.Length, panels.Data);
        }

        return new(memory, panels, inputs, bias);
    }

    /// <summary>From the weight of a convolution [outputs, inputs].</summary>
    public static Conv1x1<TSimd, TVector> OfRows(Arena memory, float[] weight, float[] bias)
    {
        var inputs = weight.Length / bias.Length;
        var panels = memory.Allocate(1, weight.Length);
        fixed (float* values = weight)
        {
            PackedA.PackRows(new Matrix(values, bias.Length, inputs), 0, inputs, panels.Data);
        }

        return new(memory, panels, inputs, bias);
    }

    /// <summary>All outputs of a block.</summary>
    /// <param name="block">[inputs][strideBlock].</param>
    /// <param name="strideBlock">Numbers from an input to the next.</param>
    /// <param name="result">[outputs][stride].</param>
    /// <param name="stride">Numbers from an output to the next.</param>
    public void Set(float* block, nint strideBlock, float* result, nint stride) =>
        SetOutputs(0, Outputs, block, strideBlock, result, stride);

    /// <summary>All outputs of fewer columns than a block's.</summary>
    /// <param name="columns">How many, a multiple of 16.</param>
    /// <param name="block">[inputs][strideBlock].</param>
    /// <param name="strideBlock">Numbers from an input to the next.</param>
    /// <param name="result">[outputs][stride].</param>
    /// <param name="stride">Numbers from an output to the next.</param>
    public void SetColumns(int columns, float* block, nint strideBlock, float* result, nint stride) =>
        Set(0, Outputs, columns, block, strideBlock, result, stride);

    /// <summary>Some outputs of a block.</summary>
    /// <param name="first">First of the outputs, a multiple of 4.</param>
    /// <param name="count">How many, a multiple of 4.</param>
    /// <param name="block">[inputs][strideBlock].</param>
    /// <param name="strideBlock">Numbers from an input to the next.</param>
    /// <param name="result">[count][stride].</param>
    /// <param name="stride">Numbers from an output to the next.</param>
    public void SetOutputs(int first, int count, float* block, nint strideBlock, float* result, nint stride) =>
        Set(first, count, Width, block, strideBlock, result, stride);

    /// <summary>Adds what some inputs contribute, without the bias.</summary>
    /// <param name="first">First of the inputs.</param>
    /// <param name="count">How many.</param>
    /// <param name="block">[count][strideBlock], those inputs only.</param>
    /// <param name="strideBlock">Numbers from an input to the next.</param>
    /// <param name="result">[outputs][stride].</param>
    /// <param name="stride">Numbers from an output to the next.</param>
    public void AddInputs(int first, int count, float* block, nint strideBlock, float* result, nint stride) =>
        Gemm<TSimd, TVector, Interleaved, float>.Add(
            _panels.Data + (nint)first * Rows,
            Inputs * Rows,
            Rows,
            Outputs,
            count,
            block,
            strideBlock,
            result,
            stride,
            Width);

    private void Set(
        int first, int count, int columns, float* block, nint strideBlock, float* result, nint stride) =>
        Gemm<TSimd, TVector, Interleaved, float>.Set(
            _panels.Data + (nint)first * Inputs,
            Inputs * Rows,
            Rows,
            count,
            Inputs,
            block,
            strideBlock,
            _bias.Data + first,
            result,
            stride,
            columns);
}
