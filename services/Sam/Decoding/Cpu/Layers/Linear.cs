using System.Numerics.Tensors;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Decoding.Cpu.Layers;

/// <summary>
/// A linear layer for a few tokens, each a row. Its cost is reading the weight, so the weight stays in the file's 16
/// bits and is packed in the order of reading. Reference: <c>nn.Linear</c>.
/// </summary>
internal sealed unsafe class Linear<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    // A block of so many columns and steps of the depth, 32 KB, stays in the L1 cache while all rows are multiplied by
    // it.
    private const int PanelColumns = 64;
    private const int DepthBlock = 256;

    private readonly int _inputs;
    private readonly int _stride;
    private readonly short* _weight;
    private readonly Matrix _scale;
    private readonly Matrix _bias;

    /// <param name="memory">Holds the packed weight.</param>
    /// <param name="weight">[inputs, outputs].</param>
    /// <param name="bias">[outputs].</param>
    /// <param name="factor">Factor of weight and bias.</param>
    public Linear(Arena memory, CompactWeight weight, float[] bias, float factor = 1)
    {
        Outputs = bias.Length;
        _inputs = weight.Values.Length / Outputs;
        _scale = memory.Allocate(1, Outputs);
        _bias = memory.Allocate(1, Outputs);
        _stride = _bias.Stride;
        _weight = (short*)memory.Allocate(_inputs, (_stride + 1) / 2).Data;
        for (var output = 0; output < Outputs; output++)
        {
            (_scale.Data[output], _bias.Data[output]) = (weight.Scale[output] * factor, bias[output] * factor);
            var start = output / PanelColumns * PanelColumns;
            var panel = _weight + start * _inputs;
            var width = Math.Min(PanelColumns, _stride - start);
            for (var input = 0; input < _inputs; input++)
            {
                panel[input * width + output - start] = weight.Values[input * Outputs + output];
            }
        }
    }

    /// <summary>Columns of the result.</summary>
    public int Outputs { get; }

    /// <summary>Multiplies rows [n, inputs] by the weight and adds the bias: [n, outputs].</summary>
    public Matrix Apply(Arena memory, Matrix rows)
    {
        var result = memory.Allocate(rows.Count, Outputs);
        var packed = PackedA.Rows(memory, rows, _inputs);
        for (var start = 0; start < _stride; start += PanelColumns)
        {
            var width = Math.Min(PanelColumns, _stride - start);
            var panel = new OperandB<short>(_weight + start * _inputs, width);
            for (var depth = 0; depth < _inputs; depth += DepthBlock)
            {
                Gemm<TSimd, TVector>.Accumulate(
                    packed.SliceDepth(depth, Math.Min(DepthBlock, _inputs - depth)),
                    panel.FromRow(depth),
                    result.AsTile(0, start, width));
            }
        }

        for (var row = 0; row < result.Count; row++)
        {
            var values = result.Span(row);
            TensorPrimitives.MultiplyAdd(values, _scale.Span(0), _bias.Span(0), values);
        }

        return result;
    }
}
