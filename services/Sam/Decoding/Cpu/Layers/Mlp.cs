using System.Numerics.Tensors;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Layers;

/// <summary>
/// Linear layers with a ReLU after each but the last. Reference: <c>MLPBlock</c> of common.py (<c>lin1</c>,
/// <c>lin2</c>) and <c>MLP</c> of mask_decoder.py.
/// </summary>
/// <param name="layers">The linear layers.</param>
internal sealed class Mlp<TSimd, TVector>(Linear<TSimd, TVector>[] layers)
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>Applies the layers to tokens, each a row.</summary>
    public Matrix Apply(Arena memory, Matrix tokens)
    {
        var value = tokens;
        for (var i = 0; i < layers.Length - 1; i++)
        {
            value = layers[i].Apply(memory, value);
            TensorPrimitives.Max(value.AsSpan(), 0, value.AsSpan());
        }

        return layers[^1].Apply(memory, value);
    }
}
