using System.Numerics.Tensors;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Layers;

/// <summary>LayerNorm of tokens, each a row. Reference: <c>nn.LayerNorm</c>.</summary>
/// <param name="scale">Weight, [C].</param>
/// <param name="bias">[C].</param>
internal sealed class LayerNorm(float[] scale, float[] bias)
{
    /// <summary>Added to the variance.</summary>
    public const float Epsilon = 1e-5f;

    /// <summary>Adds a residual, if there is one, and normalises; in place.</summary>
    public void Apply(Matrix rows, Matrix? residual = null)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            var values = rows.Span(row, scale.Length);
            if (residual is { } added)
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
