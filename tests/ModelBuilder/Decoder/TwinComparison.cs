using Segmentation.ModelBuilder.Decoder;
using Segmentation.ModelBuilder.Weights;
using Segmentation.Tests.Shared.Twins;

namespace Segmentation.ModelBuilder.Tests.Decoder;

/// <summary>
/// Compares weights that were read with those of a twin: equal, or within half a step where they are quantised.
/// </summary>
internal sealed class TwinComparison(TwinWeights expected, TwinOptions options)
{
    public void AssertEqual(PublishedDecoderWeights read)
    {
        AssertEqual("pe_layer.positional_encoding_gaussian_matrix", read.Frequencies, isProduct: true);
        AssertPrompts(read);
        for (var layer = 0; layer < 2; layer++)
        {
            AssertLayer($"transformer.layers.{layer}", read.Layers[layer]);
        }

        AssertAttention("transformer.final_attn_token_to_image", read.FinalAttention);
        AssertNorm("transformer.norm_final_attn", read.NormFinal);
        AssertEqual("output_upscaling.0.weight", read.Upscale0.Weight);
        AssertEqual("output_upscaling.0.bias", read.Upscale0.Bias);
        AssertNorm("output_upscaling.1", read.UpscaleNorm);
        AssertEqual("output_upscaling.3.weight", read.Upscale1.Weight);
        AssertEqual("output_upscaling.3.bias", read.Upscale1.Bias);
        AssertHead("iou_prediction_head", read.Heads[0]);
        for (var token = 0; token < 4; token++)
        {
            AssertHead($"output_hypernetworks_mlps.{token}", read.Heads[token + 1]);
        }

        if (options.Form == TwinForm.HuggingFaceSam2)
        {
            AssertHead("pred_obj_score_head", read.ObjectScoreHead!);
        }
        else if (options.IsSam2)
        {
            Assert.All(read.ObjectScoreHead!, layer => Assert.All(layer.Weight.Values, value => Assert.Equal(0, value)));
        }
    }

    private void AssertPrompts(PublishedDecoderWeights read)
    {
        var corners = read.HasCorners
            ? Values("point_embeddings.2.weight", "point_embeddings.3.weight")
            : new float[2 * TwinWeights.Width];
        Assert.Equal(
            [.. Values("not_a_point_embed.weight", "point_embeddings.0.weight", "point_embeddings.1.weight"), .. corners],
            read.PointEmbeddings.Values);
        AssertEqual("no_mask_embed.weight", read.NoMask);
        string[] tokens = options.IsSam2 ? ["obj_score_token.weight"] : [];
        Assert.Equal(Values([.. tokens, "iou_token.weight", "mask_tokens.weight"]), read.OutputTokens.Values);
        if (!read.HasMaskPrompt)
        {
            return;
        }

        var mask = read.MaskDownscaling;
        AssertEqual("mask_downscaling.0.weight", mask.Conv0, isProduct: true);
        AssertEqual("mask_downscaling.0.bias", mask.Bias0);
        AssertNorm("mask_downscaling.1", mask.Norm0);
        AssertEqual("mask_downscaling.3.weight", mask.Conv1, isProduct: true);
        AssertEqual("mask_downscaling.3.bias", mask.Bias1);
        AssertNorm("mask_downscaling.4", mask.Norm1);
        AssertEqual("mask_downscaling.6.weight", mask.Out.Weight.Transpose(1, 0), isProduct: true);
        AssertEqual("mask_downscaling.6.bias", mask.Out.Bias);
    }

    private void AssertLayer(string layer, TwoWayAttentionBlockWeights read)
    {
        AssertAttention($"{layer}.self_attn", read.SelfAttention);
        AssertNorm($"{layer}.norm1", read.Norm1);
        AssertAttention($"{layer}.cross_attn_token_to_image", read.TokenToImage);
        AssertNorm($"{layer}.norm2", read.Norm2);
        AssertLinear($"{layer}.mlp.lin1", read.MlpLin1);
        AssertLinear($"{layer}.mlp.lin2", read.MlpLin2);
        AssertNorm($"{layer}.norm3", read.Norm3);
        AssertAttention($"{layer}.cross_attn_image_to_token", read.ImageToToken);
        AssertNorm($"{layer}.norm4", read.Norm4);
    }

    private void AssertAttention(string block, Attention read)
    {
        AssertLinear($"{block}.q_proj", read.Query);
        AssertLinear($"{block}.k_proj", read.Key);
        AssertLinear($"{block}.v_proj", read.Value);
        AssertLinear($"{block}.out_proj", read.Output);
    }

    private void AssertHead(string head, LinearGraph[] read)
    {
        for (var layer = 0; layer < 3; layer++)
        {
            AssertLinear($"{head}.layers.{layer}", read[layer]);
        }
    }

    private void AssertLinear(string path, LinearGraph read)
    {
        Assert.Equal(path, read.Name);
        AssertEqual($"{path}.weight", read.Weight.Transpose(1, 0), isProduct: true);
        AssertEqual($"{path}.bias", read.Bias);
    }

    private void AssertNorm(string path, Norm read)
    {
        Assert.Equal(path, read.Name);
        AssertEqual($"{path}.weight", read.Scale);
        AssertEqual($"{path}.bias", read.Bias);
    }

    private float[] Values(params string[] paths) => [.. paths.SelectMany(path => expected[path].Values)];

    private void AssertEqual(string path, Tensor read, bool isProduct = false)
    {
        var (values, size) = (expected[path].Values, expected[path].Shape);
        Assert.Equal(values.Length, read.Values.Length);
        var tolerance = isProduct ? Tolerance(path, values) : 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (!(Math.Abs(values[i] - read.Values[i]) <= tolerance))
            {
                Assert.Fail($"{path} [{string.Join(',', size)}] at {i}: {read.Values[i]}, not {values[i]} (±{tolerance}).");
            }
        }
    }

    // Half a step of the whole weight; a channel's is less.
    private float Tolerance(string path, float[] values) => options.Numbers switch
    {
        TwinNumbers.Bytes => 0.501f * (Math.Max(values.Max(), 0) - Math.Min(values.Min(), 0)) / 255,
        TwinNumbers.SignedBytesByChannel when !path.StartsWith("mask_downscaling", StringComparison.Ordinal) =>
            0.501f * values.Max(Math.Abs) / 127,
        _ => 0,
    };
}
