using System.Numerics.Tensors;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Layers;

/// <summary>LayerNorm of tokens, each a row.</summary>
internal sealed class LayerNorm(float[] scale, float[] bias)
{
    private const float Epsilon = 1e-5f;

    /// <summary>Normalises rows in place, with what is added to them before.</summary>
    public void Apply(Matrix rows, Matrix? skip = null)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            var values = rows.Span(row, scale.Length);
            if (skip is { } added)
            {
                TensorPrimitives.Add(values, added.Span(row, scale.Length), values);
            }

            TensorPrimitives.Subtract(values, TensorPrimitives.Sum<float>(values) / values.Length, values);
            var variance = TensorPrimitives.SumOfSquares<float>(values) / values.Length;
            TensorPrimitives.Multiply(values, 1 / MathF.Sqrt(variance + Epsilon), values);
            TensorPrimitives.MultiplyAdd(values, scale, bias, values);
        }
    }
}
