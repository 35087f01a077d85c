using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// Weights and biases of both layers' <c>norm4</c>, and the folding of P s into the weights that read the image part.
/// </summary>
internal sealed class FoldedNormScales
{
    private FoldedNormScales(float[][] scales, float[][] biases) => (Scales, Biases) = (scales, biases);

    /// <summary>s of each layer, [C].</summary>
    public IReadOnlyList<float[]> Scales { get; }

    /// <summary>b of each layer, [C].</summary>
    public IReadOnlyList<float[]> Biases { get; }

    /// <summary>Reads both norms.</summary>
    public static FoldedNormScales Read<TSimd, TVector>(DecoderWeights<TSimd, TVector> weights)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        string[] names = ["transformer.layers.0.norm4", "transformer.layers.1.norm4"];
        return new([.. names.Select(weights.Weight)], [.. names.Select(weights.Bias)]);
    }

    /// <summary>
    /// Folds norms into a weight W that reads image tokens: u W after so many layers is x0 times the result, which is
    /// P s W for one layer and P s P s W for two.
    /// </summary>
    public WeightMatrix Fold(WeightMatrix weight, int layers)
    {
        for (var layer = layers - 1; layer >= 0; layer--)
        {
            weight = weight.ScaleRows(Scales[layer]).CentreColumns();
        }

        return weight;
    }
}
