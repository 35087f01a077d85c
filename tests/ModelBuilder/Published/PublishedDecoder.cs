using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Tests.Published;

/// <summary>
/// A small decoder in the layout of the reference's ONNX export: the published computation, one prompt, every
/// projection of the image tokens. It gives all four masks where the export picks one.
/// </summary>
internal sealed class PublishedDecoder
{
    public const int Width = 32;
    private const int Inner = 32;
    private const int Grid = 64;
    private const int Cells = Grid * Grid;
    private const int Heads = 8;
    private const string Prompt = "model.prompt_encoder";
    private readonly PublishedGraph _graph = new("decoder", seed: 7);
    private string _position = "";

    public static PublishedWeights Build() => new PublishedDecoder().Make();

    private PublishedWeights Make()
    {
        var embedding = _graph.Input("image_embeddings", 1, Width, Grid, Grid);
        var coordinates = _graph.Input("point_coords", 1, -1, 2);
        var labels = _graph.Input("point_labels", 1, -1);
        var mask = _graph.Input("mask_input", 1, 1, 4 * Grid, 4 * Grid);
        var hasMask = _graph.Input("has_mask_input", 1);

        var gaussian = _graph.Weight($"{Prompt}.pe_layer.positional_encoding_gaussian_matrix", 2, Width / 2);
        var points = MakePoints(coordinates, labels, gaussian);
        var output = _graph.Op("Expand", "/Expand_1",
            [_graph.Weight("onnx::Expand_1", 1, 5, Width), _graph.Integers(1, 1, 1)]);
        var prompt = _graph.Op("Concat", "/Concat_2", [output, points], Attributes.Of("axis", 1));
        var image = Tokens("/image", _graph.Op("Add", "/Add_7", [embedding, MakeDense(mask, hasMask)]));
        _position = MakeEncoding("/pe_layer", _graph.Constant(Centres()), gaussian);

        var tokens = prompt;
        (tokens, image) = MakeLayer(0, prompt, tokens, image);
        (tokens, image) = MakeLayer(1, prompt, tokens, image);
        const string Final = "final_attn_token_to_image";
        var attended = MakeAttention(
            Final, Sum("final/q", tokens, prompt), Sum("final/k", image, _position), image, Inner);
        tokens = TransformerNorm("norm_final_attn", Sum("final/sum", tokens, attended));

        MakeOutputs(tokens, image);
        return _graph.Build();
    }

    private (string Tokens, string Image) MakeLayer(int index, string prompt, string tokens, string image)
    {
        var layer = $"layers.{index}";
        var queries = index == 0 ? tokens : Sum($"{layer}/q", tokens, prompt);
        var attended = MakeAttention($"{layer}/self_attn", queries, queries, tokens, Width);
        tokens = TransformerNorm($"{layer}/norm1", index == 0 ? attended : Sum($"{layer}/sum1", tokens, attended));

        attended = MakeAttention($"{layer}/cross_attn_token_to_image",
            Sum($"{layer}/q2", tokens, prompt), Sum($"{layer}/k2", image, _position), image, Inner);
        tokens = TransformerNorm($"{layer}/norm2", Sum($"{layer}/sum2", tokens, attended));

        var hidden = _graph.Op("Relu", $"/transformer/{layer}/mlp/act/Relu",
            [TransformerLinear($"{layer}/mlp/lin1", tokens, Width, 24)]);
        tokens = TransformerNorm($"{layer}/norm3",
            Sum($"{layer}/sum3", tokens, TransformerLinear($"{layer}/mlp/lin2", hidden, 24, Width)));

        attended = MakeAttention($"{layer}/cross_attn_image_to_token",
            Sum($"{layer}/q4", image, _position), Sum($"{layer}/k4", tokens, prompt), tokens, Inner);
        return (tokens, TransformerNorm($"{layer}/norm4", Sum($"{layer}/sum4", image, attended)));
    }

    private string MakeAttention(string block, string queries, string keys, string values, int inner)
    {
        string Project(string part, string input) => _graph.Transpose(
            $"/transformer/{block}/{part}/Transpose",
            _graph.Reshape($"/transformer/{block}/{part}/Reshape",
                TransformerLinear($"{block}/{part}_proj", input, Width, inner), 1, -1, Heads, inner / Heads),
            0, 2, 1, 3);
        var (q, k, v) = (Project("q", queries), Project("k", keys), Project("v", values));
        var scores = _graph.Op("MatMul", $"/transformer/{block}/MatMul",
            [q, _graph.Transpose($"/transformer/{block}/Transpose_3", k, 0, 1, 3, 2)]);
        var scaled = _graph.Op("Div", $"/transformer/{block}/Div", [scores, _graph.Scalar(MathF.Sqrt(inner / Heads))]);
        var weights = _graph.Op("Softmax", $"/transformer/{block}/Softmax", [scaled], Attributes.Of("axis", -1));
        var mixed = _graph.Op("MatMul", $"/transformer/{block}/MatMul_1", [weights, v]);
        var joined = _graph.Reshape($"/transformer/{block}/Reshape_3",
            _graph.Transpose($"/transformer/{block}/Transpose_4", mixed, 0, 2, 1, 3), 1, -1, inner);
        return TransformerLinear($"{block}/out_proj", joined, inner, Width);
    }

    private void MakeOutputs(string tokens, string image)
    {
        var planes = _graph.Reshape("/Reshape_7", _graph.Transpose("/Transpose", image, 0, 2, 1), 1, Width, Grid, Grid);
        var first = Upscale("output_upscaling.0", planes, Width, Width / 4);
        var normal = _graph.LayerNorm2d("/output_upscaling/output_upscaling.1", first, Width / 4);
        var second = Upscale("output_upscaling.3",
            _graph.Gelu("/output_upscaling/output_upscaling.2", normal), Width / 4, Width / 8);
        var features = _graph.Reshape("/Reshape_8",
            _graph.Gelu("/output_upscaling/output_upscaling.4", second), 1, Width / 8, -1);

        var heads = Enumerable.Range(0, 4)
            .Select(i => MakeHead($"output_hypernetworks_mlps.{i}", Token(tokens, i + 1), Width / 8)).ToArray();
        var hyper = _graph.Reshape("/Reshape_hyper",
            _graph.Op("Concat", "/Concat_10", heads, Attributes.Of("axis", 0)), 1, 4, Width / 8);
        var masks = _graph.Reshape("/Reshape_9",
            _graph.Op("MatMul", "/MatMul_1", [hyper, features]), 1, 4, 4 * Grid, 4 * Grid);
        _graph.Output(masks, "low_res_masks", 1, 4, 4 * Grid, 4 * Grid);
        _graph.Output(MakeHead("iou_prediction_head", Token(tokens, 0), 4), "iou_predictions", 1, 4);
    }

    private string MakeHead(string head, string token, int outputs)
    {
        var value = token;
        for (var layer = 0; layer < 3; layer++)
        {
            var name = $"mask_decoder.{head}.layers.{layer}";
            var size = layer < 2 ? Width : outputs;
            value = _graph.Op("Gemm", $"/{head}/layers.{layer}/Gemm",
                [value, _graph.Weight($"{name}.weight", size, Width), _graph.Weight($"{name}.bias", size)],
                Attributes.Of("transB", 1));
            value = layer < 2 ? _graph.Op("Relu", $"/{head}/Relu_{layer}", [value]) : value;
        }

        return value;
    }

    private string MakePoints(string coordinates, string labels, string gaussian)
    {
        var moved = _graph.Op("Add", "/Add", [coordinates, _graph.Scalar(0.5f)]);
        var unit = _graph.Op("Sub", "/Sub",
            [_graph.Op("Mul", "/Mul", [moved, _graph.Scalar(2f / 1024)]), _graph.Scalar(1)]);
        var label = _graph.Op("Unsqueeze", "/Unsqueeze", [labels, _graph.Integers(-1)]);
        string Is(float value) => _graph.Op("Cast", $"/Cast_{value}",
            [_graph.Op("Equal", $"/Equal_{value}", [label, _graph.Scalar(value)])], Attributes.Of("to", 1));
        var padding = Is(-1);
        var points = _graph.Op("Mul", "/Mul_2",
            [MakeEncoding("", unit, gaussian), _graph.Op("Sub", "/Not", [_graph.Scalar(1), padding])]);
        var embedding = _graph.Op("Mul", "/Mul_3",
            [_graph.Weight($"{Prompt}.not_a_point_embed.weight", 1, Width), padding]);
        points = Sum("points/padding", points, embedding);
        for (var i = 0; i < 4; i++)
        {
            embedding = _graph.Op("Mul", $"/Mul_{i + 4}",
                [_graph.Weight($"{Prompt}.point_embeddings.{i}.weight", 1, Width), Is(i)]);
            points = Sum($"points/{i}", points, embedding);
        }

        return points;
    }

    private string MakeDense(string mask, string hasMask)
    {
        const string Block = "/mask_downscaling/mask_downscaling";
        string Conv(int index, string input, int outputs, int inputs, int size) => _graph.Op(
            "Conv", $"{Block}.{index}/Conv",
            [
                input,
                _graph.Weight($"{Prompt}.mask_downscaling.{index}.weight", outputs, inputs, size, size),
                _graph.Weight($"{Prompt}.mask_downscaling.{index}.bias", outputs),
            ],
            Attributes.Of("strides", [size, size]));
        var first = _graph.Gelu($"{Block}.2", _graph.LayerNorm2d($"{Block}.1", Conv(0, mask, 4, 1, 2), 4));
        var second = _graph.Gelu($"{Block}.5", _graph.LayerNorm2d($"{Block}.4", Conv(3, first, 16, 4, 2), 16));
        var given = _graph.Op("Mul", "/Mul_8", [hasMask, Conv(6, second, Width, 16, 1)]);
        var absent = _graph.Op("Sub", "/Sub_1", [_graph.Scalar(1), hasMask]);
        return Sum("dense", given, _graph.Op("Mul", "/Mul_9", [absent, _graph.Weight("onnx::Mul_9", 1, Width, 1, 1)]));
    }

    private string MakeEncoding(string scope, string unit, string gaussian)
    {
        var angle = _graph.Op("Mul", $"{scope}/Mul_1",
            [_graph.Op("MatMul", $"{scope}/MatMul", [unit, gaussian]), _graph.Scalar((float)(2 * Math.PI))]);
        return _graph.Op("Concat", $"{scope}/Concat",
            [_graph.Op("Sin", $"{scope}/Sin", [angle]), _graph.Op("Cos", $"{scope}/Cos", [angle])],
            Attributes.Of("axis", -1));
    }

    private string Upscale(string block, string input, int inputs, int outputs) => _graph.Op(
        "ConvTranspose", $"/output_upscaling/{block}/ConvTranspose",
        [
            input,
            _graph.Weight($"mask_decoder.{block}.weight", inputs, outputs, 2, 2),
            _graph.Weight($"mask_decoder.{block}.bias", outputs),
        ],
        Attributes.Of("strides", [2, 2]));

    private string TransformerLinear(string block, string input, int inputs, int outputs) => _graph.Linear(
        $"/transformer/{block}", $"mask_decoder.transformer.{block.Replace('/', '.')}.bias", input, inputs, outputs);

    private string TransformerNorm(string block, string input) => _graph.LayerNorm(
        $"/transformer/{block}/LayerNormalization",
        $"mask_decoder.transformer.{block.Replace('/', '.')}",
        input,
        Width);

    private string Token(string tokens, int index) => _graph.Op("Gather", $"/Gather_token_{index}",
        [tokens, _graph.Index(index)], Attributes.Of("axis", 1));

    private string Tokens(string scope, string planes) => _graph.Transpose(
        $"{scope}/Transpose", _graph.Reshape($"{scope}/Reshape", planes, 1, Width, Cells), 0, 2, 1);

    private string Sum(string name, string a, string b) => _graph.Op("Add", $"/sums/{name}", [a, b]);

    private static Tensor Centres() => new(
        [1, Cells, 2],
        [.. Enumerable.Range(0, Cells).SelectMany(cell => new[] { Centre(cell % Grid), Centre(cell / Grid) })]);

    private static float Centre(int index) => ((index + 0.5f) / Grid * 2) - 1;
}
