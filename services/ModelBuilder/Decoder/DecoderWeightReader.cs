using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Finds the weights in a decoder written by the reference's ONNX export (scripts/export_onnx_model.py): the layout
/// shared by SAM ViT-B, ViT-L, ViT-H and MobileSAM.
/// </summary>
internal sealed class DecoderWeightReader(PublishedWeights model)
{
    private const string Prompt = "model.prompt_encoder.";
    private const string Decoder = "mask_decoder.";

    public PublishedDecoderWeights Read() => new()
    {
        Frequencies = model.Parameter($"{Prompt}pe_layer.positional_encoding_gaussian_matrix", "/MatMul"),
        PointEmbeddings = PointEmbeddings(),
        NoMask = NoMask(),
        OutputTokens = OutputTokens(),
        MaskDownscaling = MaskDownscaling(),
        Layers = [Layer("layers.0"), Layer("layers.1")],
        FinalAttention = Attention("final_attn_token_to_image"),
        NormFinal = TransformerNorm("norm_final_attn"),
        Upscale0 = Upscale("output_upscaling.0"),
        UpscaleNorm = LayerNorm2d($"{Decoder}output_upscaling.1", "/output_upscaling/output_upscaling.1"),
        Upscale1 = Upscale("output_upscaling.3"),
        Heads =
        [
            Head("iou_prediction_head"),
            .. Enumerable.Range(0, 4).Select(i => Head($"output_hypernetworks_mlps.{i}")),
        ],
    };

    private TwoWayAttentionBlockWeights Layer(string layer) => new(
        Attention($"{layer}/self_attn"),
        TransformerNorm($"{layer}/norm1"),
        Attention($"{layer}/cross_attn_token_to_image"),
        TransformerNorm($"{layer}/norm2"),
        Linear($"/transformer/{layer}/mlp/lin1"),
        Linear($"/transformer/{layer}/mlp/lin2"),
        TransformerNorm($"{layer}/norm3"),
        Attention($"{layer}/cross_attn_image_to_token"),
        TransformerNorm($"{layer}/norm4"));

    private Attention Attention(string block) => new(
        Linear($"/transformer/{block}/q_proj"),
        Linear($"/transformer/{block}/k_proj"),
        Linear($"/transformer/{block}/v_proj"),
        Linear($"/transformer/{block}/out_proj"));

    private LinearGraph Linear(string scope)
    {
        var (weight, bias) = model.Linear(scope);
        return new LinearGraph(NameOf(scope), weight, bias);
    }

    // "/transformer/layers.0/mlp/lin1" is the reference's "transformer.layers.0.mlp.lin1".
    private static string NameOf(string scope) => scope.Trim('/').Replace('/', '.');

    private LinearGraph[] Head(string head) => [.. Enumerable.Range(0, 3).Select(i => Linear($"/{head}/layers.{i}"))];

    private Norm TransformerNorm(string block)
    {
        var name = $"transformer.{NameOf(block)}";
        return new Norm(
            name,
            model.Parameter($"{Decoder}{name}.weight", $"/transformer/{block}/Mul"),
            model.Parameter($"{Decoder}{name}.bias", $"/transformer/{block}/Add_1"));
    }

    // LayerNorm2d is exported as arithmetic on [channels, 1, 1] constants.
    private Norm LayerNorm2d(string parameter, string block) => new(
        NameOf(block[(block.LastIndexOf('/') + 1)..]),
        Flatten(model.Parameter($"{parameter}.weight", $"{block}/Mul")),
        Flatten(model.Parameter($"{parameter}.bias", $"{block}/Add_1")));

    private LinearGraph Upscale(string block) => new(
        block,
        model.Parameter($"{Decoder}{block}.weight", $"/output_upscaling/{block}/ConvTranspose"),
        model.Parameter($"{Decoder}{block}.bias", $"/output_upscaling/{block}/ConvTranspose"));

    private MaskDownscaling MaskDownscaling()
    {
        var block = $"{Prompt}mask_downscaling";
        var outWeight = Convolution($"{block}.6.weight");
        return new MaskDownscaling(
            Convolution($"{block}.0.weight"),
            Convolution($"{block}.0.bias"),
            LayerNorm2d($"{block}.1", "/mask_downscaling/mask_downscaling.1"),
            Convolution($"{block}.3.weight"),
            Convolution($"{block}.3.bias"),
            LayerNorm2d($"{block}.4", "/mask_downscaling/mask_downscaling.4"),
            new LinearGraph(
                "mask_downscaling.6",
                outWeight.Reshape(outWeight.Shape[0], outWeight.Shape[1]).Transpose(1, 0),
                Convolution($"{block}.6.bias")));
    }

    private Tensor Convolution(string parameter) => model.Parameter(parameter, "/mask_downscaling/" + parameter);

    private Tensor PointEmbeddings() => Tensor.Stack(
    [
        model.Parameter($"{Prompt}not_a_point_embed.weight", "/Mul_3"),
        .. Enumerable.Range(0, 4).Select(i =>
            model.Parameter($"{Prompt}point_embeddings.{i}.weight", $"/Mul_{i + 4}")),
    ]);

    // (1 - has_mask_input) * no_mask_embed, folded to a [1, C, 1, 1] constant without a name of its own.
    private Tensor NoMask()
    {
        if (model.FindConstant($"{Prompt}no_mask_embed.weight") is { } named)
        {
            return Flatten(TensorReader.ReadFloats(named));
        }

        const string What = "no_mask_embed";
        var absent = model.FindNode(What, "Sub", node => node.Input.Contains("has_mask_input"));
        return Flatten(model.ConstantInput(
            model.FindNode(What, "Mul", node => node.Input.Contains(absent.Output[0]))));
    }

    // The score token and the mask tokens, joined and expanded over the batch.
    private Tensor OutputTokens()
    {
        if (model.FindConstant($"{Decoder}iou_token.weight") is { } score
            && model.FindConstant($"{Decoder}mask_tokens.weight") is { } masks)
        {
            return Tensor.Stack(TensorReader.ReadFloats(score), TensorReader.ReadFloats(masks));
        }

        var expand = model.FindNode("output_tokens", "Expand", node =>
            model.FindConstant(node.Input[0])?.Dims is [.., 5, _]);
        var tokens = model.ConstantInput(expand);
        return tokens.Reshape(5, tokens.Columns);
    }

    private static Tensor Flatten(Tensor tensor) => tensor.Reshape(tensor.Values.Length);
}
