namespace Segmentation.Tests.Shared.Twins;

/// <summary>
/// Seeded random weights of the reference's prompt encoder and mask decoder at full size, by the reference's paths;
/// linear weights are [out, in]. All are numbers that 16 bits hold.
/// </summary>
public sealed class TwinWeights
{
    /// <summary>Channels of a token.</summary>
    public const int Width = 256;

    private const int Inner = Width / 2;
    private const int Hidden = 2048;
    private readonly Dictionary<string, TwinTensor> _tensors = new(StringComparer.Ordinal);
    private readonly Random _random;
    private readonly bool _untrained;

    /// <param name="options">Choices that say which weights there are.</param>
    public TwinWeights(TwinOptions options)
    {
        _random = new Random(options.Seed);
        _untrained = options.Merged;
        AddPrompts();
        for (var layer = 0; layer < 2; layer++)
        {
            AddLayer($"transformer.layers.{layer}");
        }

        AddAttention("transformer.final_attn_token_to_image", Inner);
        AddNorm("transformer.norm_final_attn", Width);
        AddTensor("output_upscaling.0.weight", 0, 0.08, Width, Width / 4, 2, 2);
        AddBias("output_upscaling.0.bias", Width / 4);
        AddNorm("output_upscaling.1", Width / 4);
        AddTensor("output_upscaling.3.weight", 0, 0.15, Width / 4, Width / 8, 2, 2);
        AddBias("output_upscaling.3.bias", Width / 8);
        for (var token = 0; token < 4; token++)
        {
            AddHead($"output_hypernetworks_mlps.{token}", Width / 8);
        }

        AddHead("iou_prediction_head", 4);
        if (options.Form == TwinForm.HuggingFaceSam2)
        {
            _tensors.Add("point_embeddings.weight", new TwinTensor([4, Width],
                [.. Enumerable.Range(0, 4).SelectMany(i => _tensors[$"point_embeddings.{i}.weight"].Values)]));
        }

        if (options.IsSam2)
        {
            AddTensor("obj_score_token.weight", 0, 1, 1, Width);
            AddHead("pred_obj_score_head", 1);
        }
    }

    /// <summary>Paths of all weights.</summary>
    public IEnumerable<string> Paths => _tensors.Keys;

    /// <summary>A weight by its path.</summary>
    public TwinTensor this[string path] => _tensors[path];

    private void AddPrompts()
    {
        AddTensor("pe_layer.positional_encoding_gaussian_matrix", 0, 1, 2, Width / 2);
        AddTensor("not_a_point_embed.weight", 0, 1, 1, Width);
        for (var label = 0; label < 4; label++)
        {
            AddTensor($"point_embeddings.{label}.weight", 0, 1, 1, Width);
        }

        AddTensor("no_mask_embed.weight", 0, 1, 1, Width);
        AddTensor("iou_token.weight", 0, 1, 1, Width);
        AddTensor("mask_tokens.weight", 0, 1, 4, Width);
        AddTensor("mask_downscaling.0.weight", 0, 0.3, 4, 1, 2, 2);
        AddBias("mask_downscaling.0.bias", 4);
        AddNorm("mask_downscaling.1", 4);
        AddTensor("mask_downscaling.3.weight", 0, 0.4, 16, 4, 2, 2);
        AddBias("mask_downscaling.3.bias", 16);
        AddNorm("mask_downscaling.4", 16);
        AddTensor("mask_downscaling.6.weight", 0, 0.4, Width, 16, 1, 1);
        AddBias("mask_downscaling.6.bias", Width);
    }

    private void AddLayer(string layer)
    {
        AddAttention($"{layer}.self_attn", Width);
        AddNorm($"{layer}.norm1", Width);
        AddAttention($"{layer}.cross_attn_token_to_image", Inner);
        AddNorm($"{layer}.norm2", Width);
        AddLinear($"{layer}.mlp.lin1", Width, Hidden);
        AddLinear($"{layer}.mlp.lin2", Hidden, Width);
        AddNorm($"{layer}.norm3", Width);
        AddAttention($"{layer}.cross_attn_image_to_token", Inner);
        AddNorm($"{layer}.norm4", Width);
    }

    private void AddAttention(string block, int inner)
    {
        AddLinear($"{block}.q_proj", Width, inner);
        AddLinear($"{block}.k_proj", Width, inner);
        AddLinear($"{block}.v_proj", Width, inner);
        AddLinear($"{block}.out_proj", inner, Width);
    }

    private void AddHead(string head, int outputs)
    {
        AddLinear($"{head}.layers.0", Width, Width);
        AddLinear($"{head}.layers.1", Width, Width);
        AddLinear($"{head}.layers.2", Width, outputs);
    }

    private void AddLinear(string path, int inputs, int outputs)
    {
        AddTensor($"{path}.weight", 0, 1.5 / Math.Sqrt(inputs), outputs, inputs);
        AddBias($"{path}.bias", outputs);
    }

    private void AddNorm(string path, int channels)
    {
        AddTensor($"{path}.weight", 1, _untrained ? 0 : 0.3, channels);
        AddBias($"{path}.bias", channels);
    }

    private void AddBias(string path, int size) => AddTensor(path, 0, _untrained ? 0 : 0.2, size);

    private void AddTensor(string path, double mean, double scale, params int[] shape)
    {
        var values = new float[shape.Aggregate(1, (product, size) => product * size)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(Half)(mean + (scale * ((2 * _random.NextDouble()) - 1)));
        }

        _tensors.Add(path, new TwinTensor(shape, values));
    }
}
