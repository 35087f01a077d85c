using Segmentation.Sam.Decoding.Cpu.Factored;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Decoding.Cpu.Layers;

/// <summary>Layers made of the weights of a decode graph, by the names of the reference.</summary>
internal sealed class DecoderWeights<TSimd, TVector>(GraphWeights file, Arena memory)
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>Heads of every attention.</summary>
    public const int Heads = 8;

    /// <summary>Holds what was packed; as long as the decoder.</summary>
    public Arena Memory => memory;

    /// <summary>C, the channels of tokens.</summary>
    public int Width { get; } = file.Shape("output_tokens")[^1];

    /// <summary>Norms of the image's tokens.</summary>
    public FoldedNormScales FoldedNormScales { get; } = new(
        [.. Enumerable.Range(0, 2).Select(i => file.Read($"transformer.layers.{i}.norm4.weight"))],
        [.. Enumerable.Range(0, 2).Select(i => file.Read($"transformer.layers.{i}.norm4.bias"))]);

    public float[] Read(string name) => file.Read(name);

    public int Outputs(string layer) => file.Shape($"{layer}.bias")[0];

    public Linear<TSimd, TVector> Linear(string layer, float scale = 1) =>
        new(memory, file.ReadCompact($"{layer}.weight"), Bias(layer), scale);

    public Linear<TSimd, TVector>[] Perceptron(string head) =>
        [.. Enumerable.Range(0, 3).Select(layer => Linear($"{head}.layers.{layer}"))];

    public LayerNorm Norm(string layer) => new(Weight(layer), Bias(layer));

    public float[] Weight(string layer) => file.Read($"{layer}.weight");

    public float[] Bias(string layer) => file.Read($"{layer}.bias");

    /// <summary>
    /// The output projection of an attention with what all values have in common in its bias: attention weights sum to one,
    /// so that passes through them unchanged.
    /// </summary>
    public Linear<TSimd, TVector> OutputWithValueBias(string attention, float[] value)
    {
        var (weight, bias) = (Weight($"{attention}.out_proj"), Bias($"{attention}.out_proj"));
        var sums = Array.ConvertAll(bias, b => (double)b);
        for (var i = 0; i < weight.Length; i++)
        {
            sums[i % bias.Length] += (double)value[i / bias.Length] * weight[i];
        }

        return new(
            memory,
            file.ReadCompact($"{attention}.out_proj.weight"),
            Array.ConvertAll(sums, sum => (float)sum));
    }
}
