using System.Numerics.Tensors;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Decoding.Cpu.Layers;

/// <summary>
/// A linear layer for a few rows. What it costs is reading its weight, so that is kept in 16 bits as it is stored, in the
/// order in which it is used.
/// </summary>
internal sealed unsafe class Linear<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    // Columns read together, and steps of the depth after which they are read again for the next four rows: 32 KB.
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
    /// <param name="factor">Factor of both.</param>
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

    public int Outputs { get; }

    /// <summary>Rows [n, inputs] to [n, outputs].</summary>
    public Matrix Apply(Arena memory, Matrix rows)
    {
        var result = memory.Allocate(rows.Count, Outputs);
        var panels = memory.AllocateUninitialized(rows.Count, _inputs).Data;
        PackedA.PackRows(rows, 0, _inputs, panels);
        for (var start = 0; start < _stride; start += PanelColumns)
        {
            var width = Math.Min(PanelColumns, _stride - start);
            for (var depth = 0; depth < _inputs; depth += DepthBlock)
            {
                Gemm<TSimd, TVector, Interleaved, short>.Add(
                    panels + depth * 4,
                    _inputs * 4,
                    4,
                    rows.Rows,
                    Math.Min(DepthBlock, _inputs - depth),
                    _weight + start * _inputs + depth * width,
                    width,
                    result.Data + start,
                    _stride,
                    width);
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
