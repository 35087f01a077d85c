using Segmentation.Sam.Decoding.Cpu.Layers;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>Norms of the image's tokens behind the two layers.</summary>
/// <param name="scales">Of each layer, [C].</param>
/// <param name="biases">Of each layer, [C].</param>
internal sealed class FoldedNormScales(float[][] scales, float[][] biases)
{
    public IReadOnlyList<float[]> Scales => scales;

    public IReadOnlyList<float[]> Biases => biases;

    /// <summary>
    /// What the image's part of tokens is multiplied by, for what tokens behind so many layers are multiplied by.
    /// </summary>
    public WeightMatrix Fold(WeightMatrix weight, int layers)
    {
        for (var layer = layers - 1; layer >= 0; layer--)
        {
            weight = weight.Scale(scales[layer]).Centre();
        }

        return weight;
    }
}
