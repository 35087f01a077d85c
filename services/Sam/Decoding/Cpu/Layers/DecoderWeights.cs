using Segmentation.Sam.Numerics;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Decoding.Cpu.Layers;

/// <summary>Builds layers from the weights of a decode graph, by the reference's names.</summary>
/// <param name="file">The decode graph.</param>
/// <param name="memory">Holds packed weights; lives as long as the decoder.</param>
internal sealed class DecoderWeights<TSimd, TVector>(GraphWeights file, Arena memory)
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>H, the heads of every attention.</summary>
    public const int Heads = 8;

    /// <summary>Output tokens of masks.</summary>
    public const int MaskTokens = 4;

    /// <summary>Holds packed weights; lives as long as the decoder.</summary>
    public Arena Memory => memory;

    /// <summary>
    /// Output tokens before the mask tokens: 1, the IoU token; in SAM 2 2, the object score token and the IoU token.
    /// </summary>
    public int ScoreTokens { get; } = file.Shape("output_tokens")[0] - MaskTokens;

    /// <summary>C, the channels of tokens.</summary>
    public int Channels { get; } = file.Shape("output_tokens")[^1];

    /// <summary>Reads a tensor.</summary>
    /// <exception cref="InvalidDataException">The file lacks it.</exception>
    public float[] Read(string name) => file.Read(name);

    /// <summary>Reads a layer's weight.</summary>
    public float[] Weight(string layer) => file.Read($"{layer}.weight");

    /// <summary>Reads a linear layer's weight [C, columns].</summary>
    public WeightMatrix Matrix(string layer) => new(Weight(layer), Channels);

    /// <summary>Reads a layer's bias.</summary>
    public float[] Bias(string layer) => file.Read($"{layer}.bias");

    /// <summary>Outputs of a linear layer.</summary>
    public int Outputs(string layer) => file.Shape($"{layer}.bias")[0];

    /// <summary>Builds a linear layer.</summary>
    /// <param name="layer">Name of the layer.</param>
    /// <param name="scale">Factor of weight and bias.</param>
    public Linear<TSimd, TVector> Linear(string layer, float scale = 1) =>
        new(memory, file.ReadCompact($"{layer}.weight"), Bias(layer), scale);

    /// <summary>Builds a perceptron of named linear layers.</summary>
    public Mlp<TSimd, TVector> Mlp(params IEnumerable<string> layers) =>
        new([.. layers.Select(layer => Linear(layer))]);

    /// <summary>Builds an output head. Reference: <c>MLP</c> of mask_decoder.py, with three layers.</summary>
    public Mlp<TSimd, TVector> Head(string name) => Mlp(Enumerable.Range(0, 3).Select(i => $"{name}.layers.{i}"));

    /// <summary>Builds an output head if the file has it.</summary>
    public Mlp<TSimd, TVector>? HeadIfAny(string name) => file.Has($"{name}.layers.0.weight") ? Head(name) : null;

    /// <summary>Builds the LayerNorm of prompt tokens.</summary>
    public LayerNorm Norm(string layer) => new(Weight(layer), Bias(layer));

    /// <summary>
    /// Builds an attention's <c>out_proj</c> with a constant part of all values moved into its bias: attention weights
    /// sum to one, so the constant passes through them unchanged.
    /// </summary>
    /// <param name="attention">Name of the attention.</param>
    /// <param name="value">The constant, [H D].</param>
    public Linear<TSimd, TVector> OutProjWithValueBias(string attention, float[] value)
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
