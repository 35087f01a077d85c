using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Reads the weights of a published prompt encoder and mask decoder: those of SAM 1 (ViT-B, ViT-L, ViT-H, MobileSAM)
/// and of SAM 2 and 2.1, from the layouts that docs/model.md names.
/// </summary>
internal sealed class DecoderWeightReader(PublishedWeights model)
{
    private const int MaskTokens = 4;
    private const string Frequencies = "pe_layer.positional_encoding_gaussian_matrix";
    private const string ObjectScore = "pred_obj_score_head";
    private readonly DecoderParameters _parameters = new(model);
    private int _width;

    /// <summary>Reads all weights.</summary>
    /// <exception cref="ModelFormatException">One is missing or has another shape. The message names it.</exception>
    public PublishedDecoderWeights Read()
    {
        RefuseOthers();
        var frequencies = _parameters.Required(Frequencies);
        _parameters.Check(Frequencies, frequencies.Shape is [2, _], frequencies, "two rows");
        _width = 2 * frequencies.Columns;
        var prompts = new PromptParameters(_parameters, _width);
        var outputTokens = prompts.OutputTokens();
        var tokens = Enumerable.Range(0, MaskTokens).Where(token => _parameters.HasModule(Hypernetwork(token))).ToArray();
        if (tokens.Length == 0)
        {
            throw _parameters.Missing(Hypernetwork(0), "values and nodes of that name, or of the other three masks'");
        }

        return new PublishedDecoderWeights
        {
            Frequencies = frequencies,
            PointEmbeddings = prompts.PointEmbeddings(out var hasCorners),
            HasCorners = hasCorners,
            NoMask = prompts.NoMask(),
            OutputTokens = outputTokens,
            MaskDownscaling = MaskDownscaling(out var hasMaskPrompt),
            HasMaskPrompt = hasMaskPrompt,
            Layers = [Layer("transformer.layers.0"), Layer("transformer.layers.1")],
            FinalAttention = Attention("transformer.final_attn_token_to_image"),
            NormFinal = _parameters.Norm("transformer.norm_final_attn", _width),
            Upscale0 = Upscale("output_upscaling.0", _width, _width / 4),
            UpscaleNorm = _parameters.Norm2d("output_upscaling.1", "output_upscaling.0", _width / 4),
            Upscale1 = Upscale("output_upscaling.3", _width / 4, _width / 8),
            Tokens = tokens,
            Heads =
            [
                Head("iou_prediction_head", MaskTokens),
                .. Enumerable.Range(0, MaskTokens).Select(token => tokens.Contains(token)
                    ? Head(Hypernetwork(token), _width / 8)
                    : Zeros(Hypernetwork(token), _width / 8)),
            ],
            ObjectScoreHead = outputTokens.Rows == MaskTokens + 2 ? ObjectScoreHead() : null,
        };
    }

    private static string Hypernetwork(int token) => $"output_hypernetworks_mlps.{token}";

    // Decoders that share names with SAM's and compute something else.
    private void RefuseOthers()
    {
        if (_parameters.HasModule("hf_mlp") || _parameters.HasModule("hf_token"))
        {
            throw _parameters.Error("this is SAM-HQ's decoder, whose masks are a sum with a sixth token's; "
                + "it runs as its published graph");
        }

        if (_parameters.HasModule("transformer.layers.2"))
        {
            throw _parameters.Error("the transformer has more than two layers, so this is not SAM's decoder");
        }
    }

    private TwoWayAttentionBlockWeights Layer(string layer)
    {
        var hidden = _parameters.Linear($"{layer}.mlp.lin1", _width);
        return new TwoWayAttentionBlockWeights(
            Attention($"{layer}.self_attn"),
            _parameters.Norm($"{layer}.norm1", _width),
            Attention($"{layer}.cross_attn_token_to_image"),
            _parameters.Norm($"{layer}.norm2", _width),
            hidden,
            _parameters.Linear($"{layer}.mlp.lin2", hidden.Outputs),
            _parameters.Norm($"{layer}.norm3", _width),
            Attention($"{layer}.cross_attn_image_to_token"),
            _parameters.Norm($"{layer}.norm4", _width));
    }

    private Attention Attention(string block)
    {
        LinearGraph Project(string part) => _parameters.Linear($"{block}.{part}_proj", _width);
        var value = Project("v");
        return new Attention(
            Project("q"), Project("k"), value, _parameters.Linear($"{block}.out_proj", value.Outputs));
    }

    private LinearGraph[] Head(string head, int outputs)
    {
        LinearGraph[] layers = [.. Enumerable.Range(0, 3).Select(i => _parameters.Linear($"{head}.layers.{i}", _width))];
        _parameters.Check(head, layers[2].Outputs == outputs, layers[2].Weight, $"{outputs} outputs");
        return layers;
    }

    // Exporters leave out what no output needs: some files of SAM 2 have no object score.
    private LinearGraph[] ObjectScoreHead() =>
        _parameters.HasModule($"{ObjectScore}.layers") ? Head(ObjectScore, 1) : Zeros(ObjectScore, 1);

    private LinearGraph[] Zeros(string head, int outputs) =>
    [
        .. Enumerable.Range(0, 3).Select(i =>
        {
            var size = i < 2 ? _width : outputs;
            return new LinearGraph(
                $"{head}.layers.{i}", new Tensor([_width, size], new float[_width * size]), new Tensor([size], new float[size]));
        }),
    ];

    private LinearGraph Upscale(string path, int inputs, int outputs)
    {
        var weight = Convolution(path, inputs, outputs, 2, 2);
        return new LinearGraph(path, weight, _parameters.Vector($"{path}.bias", outputs));
    }

    private MaskDownscaling MaskDownscaling(out bool isPresent)
    {
        const string Block = "mask_downscaling";
        const int First = 4, Second = 16;
        isPresent = _parameters.HasModule(Block);
        if (!isPresent)
        {
            return NoMaskDownscaling(First, Second);
        }

        return new MaskDownscaling(
            Convolution($"{Block}.0", First, 1, 2, 2),
            _parameters.Vector($"{Block}.0.bias", First),
            _parameters.Norm2d($"{Block}.1", $"{Block}.0", First),
            Convolution($"{Block}.3", Second, First, 2, 2),
            _parameters.Vector($"{Block}.3.bias", Second),
            _parameters.Norm2d($"{Block}.4", $"{Block}.3", Second),
            new LinearGraph(
                $"{Block}.6",
                Convolution($"{Block}.6", _width, Second, 1, 1).Reshape(_width, Second).Transpose(1, 0),
                _parameters.Vector($"{Block}.6.bias", _width)));
    }

    private MaskDownscaling NoMaskDownscaling(int first, int second)
    {
        static Tensor Zero(params int[] shape) => new(shape, new float[shape.Aggregate(1, (a, b) => a * b)]);
        return new MaskDownscaling(
            Zero(first, 1, 2, 2), Zero(first), new Norm("mask_downscaling.1", Zero(first), Zero(first)),
            Zero(second, first, 2, 2), Zero(second), new Norm("mask_downscaling.4", Zero(second), Zero(second)),
            new LinearGraph("mask_downscaling.6", Zero(second, _width), Zero(_width)));
    }

    private Tensor Convolution(string path, params int[] shape)
    {
        var weight = _parameters.Required($"{path}.weight");
        _parameters.Check($"{path}.weight", weight.Shape.SequenceEqual(shape), weight, $"[{string.Join(',', shape)}]");
        return weight;
    }
}
