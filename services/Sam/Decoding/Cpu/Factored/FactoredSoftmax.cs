using Segmentation.Sam.Decoding.Cpu.Attention;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// Attention weights of image tokens in factored form over a prompt's tokens. The image part of a query is multiplied
/// by the keys of its head; its coefficients are multiplied by k Wq' B'.
/// </summary>
/// <param name="softmax">Softmax over the keys.</param>
/// <param name="coefficientKeys">
/// k Wq' B', [H (T - 1), R], packed; null in layer 0, where there are no coefficients.
/// </param>
internal readonly unsafe struct FactoredSoftmax<TSimd, TVector>(
    ImageToTokenSoftmax<TSimd, TVector> softmax, OperandA<Interleaved>? coefficientKeys)
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>Computes the attention weights of a grid row.</summary>
    /// <param name="queries">f u Wq with positional encoding, [H D, 64].</param>
    /// <param name="coefficients">c, [R, 64].</param>
    /// <param name="weights">Receives a, [H (T - 1), 64]; three rows more are written.</param>
    public void SetWeights(TiledRow queries, float* coefficients, float* weights)
    {
        softmax.SetScores(queries, weights);
        if (coefficientKeys is { } keys)
        {
            CoefficientGemm<TSimd, TVector>.Accumulate(keys, coefficients, weights);
        }

        softmax.Normalize(weights);
    }
}
