using Segmentation.Onnx;
using static Segmentation.Tests.Shared.Twins.TwinGraph;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.Tests.Shared.Twins;

/// <summary>
/// A published decoder with seeded random weights: the architecture, the inputs and outputs and the names of a program
/// that writes such files, at full size.
/// </summary>
internal sealed class DecoderTwin
{
    private const int Grid = 64;
    private const int Side = 4 * Grid;
    private readonly TwinOptions _options;
    private readonly TwinGraph _graph;
    private readonly PromptTwin _prompts;
    private readonly OutputTwin _outputs;

    private DecoderTwin(TwinOptions options, TwinWeights weights)
    {
        _options = options;
        _graph = new TwinGraph(options, weights);
        _prompts = new PromptTwin(_graph, options);
        _outputs = new OutputTwin(_graph, options);
    }

    /// <summary>Makes a decoder and its weights.</summary>
    public static (ModelProto Model, TwinWeights Weights) Build(TwinOptions options)
    {
        var weights = new TwinWeights(options);
        var model = new DecoderTwin(options, weights).Make();
        if (options.Merged)
        {
            MergedConstants.Apply(model.Graph);
        }

        switch (options.Numbers)
        {
            case TwinNumbers.Half:
                HalfPrecision.Apply(model.Graph);
                break;
            case TwinNumbers.Bytes:
                DynamicQuantisation.Apply(model.Graph, isSigned: false, byChannel: false);
                break;
            case TwinNumbers.SignedBytesByChannel:
                DynamicQuantisation.Apply(model.Graph, isSigned: true, byChannel: true);
                break;
            default:
                break;
        }

        if (options.Names != TwinNames.Scoped)
        {
            NumberedNames.Apply(model.Graph, isDynamo: options.Names == TwinNames.Dynamo);
        }

        return (model, weights);
    }

    private ModelProto Make()
    {
        switch (_options.Form)
        {
            case TwinForm.Official:
                MakeOfficial();
                break;
            case TwinForm.HuggingFace or TwinForm.HuggingFaceSam2:
                MakeHuggingFace();
                break;
            default:
                MakeSam2();
                break;
        }

        return _graph.Build();
    }

    private void MakeOfficial()
    {
        var embedding = Planes("image_embeddings", TwinWeights.Width, Grid);
        var coordinates = _graph.Input("point_coords", DataType.Float, 1, "num_points", 2);
        var labels = _graph.Input("point_labels", DataType.Float, 1, "num_points");
        var (mask, hasMask) = MaskInputs(1, 1);
        var size = _graph.Input("orig_im_size", DataType.Float, 2);

        var points = _prompts.MakePoints(coordinates, labels);
        var (tokens, image) = Transform(embedding, points, _prompts.MakeDense(mask, hasMask), _prompts.MakePosition());
        var masks = _outputs.MakeMasks(tokens, image, null, null);
        var scores = _outputs.MakeScores(tokens);
        var stability = _options.StabilityScores || _options.ExtraMetrics ? _outputs.MakeStability(masks) : "";
        scores = _options.StabilityScores ? _graph.Make("Identity", "", [stability]) : scores;
        var count = 4;
        if (_options.SingleMask)
        {
            (masks, scores) = _outputs.MakeSelection(masks, scores, labels);
            count = 1;
        }

        var enlarged = _outputs.MakeEnlarged(masks, size, count);
        _graph.Output(enlarged, "masks", 1, count, "height", "width");
        _graph.Output(scores, "iou_predictions", 1, count);
        if (_options.ExtraMetrics)
        {
            _graph.Output(stability, "low_res_masks", 1, count);
            _graph.Output(_outputs.MakeArea(masks, 0), "4711", 1, count);
        }

        _graph.Output(masks, _options.ExtraMetrics ? "4712" : "low_res_masks", 1, count, Side, Side);
    }

    private void MakeHuggingFace()
    {
        string embedding;
        string? highRes0 = null, highRes1 = null;
        string position;
        if (_options.IsSam2)
        {
            highRes0 = Planes("image_embeddings.0", TwinWeights.Width / 8, Side);
            highRes1 = Planes("image_embeddings.1", TwinWeights.Width / 4, 2 * Grid);
            embedding = Planes("image_embeddings.2", TwinWeights.Width, Grid);
            position = _prompts.MakePosition();
        }
        else
        {
            position = Flatten(Planes("image_positional_embeddings", TwinWeights.Width, Grid));
            embedding = Planes("image_embeddings", TwinWeights.Width, Grid);
        }

        var coordinates = _graph.Input("input_points", DataType.Float, "batch_size", 1, "nb_points_per_image", 2);
        var labels = _graph.Input("input_labels", DataType.Int64, "batch_size", 1, "nb_points_per_image");
        var (padded, known) = _prompts.MakePadded(
            _graph.Make("Squeeze", "", [coordinates, _graph.Integers(1)]),
            _graph.Make("Squeeze", "", [labels, _graph.Integers(1)]));
        var (tokens, image) = Transform(
            embedding, _prompts.MakePoints(padded, known), _prompts.MakeAbsentMask(), position);
        var masks = _outputs.MakeMasks(tokens, image, highRes0, highRes1);
        string Answer(string value) => _graph.Unsqueeze(_graph.Slice(value, 1, 4, 1), 1);
        _graph.Output(Answer(_outputs.MakeScores(tokens)), "iou_scores", "batch_size", 1, 3);
        _graph.Output(Answer(masks), "pred_masks", "batch_size", 1, 3, Side, Side);
        if (_options.IsSam2)
        {
            _graph.Output(
                _graph.Unsqueeze(_outputs.MakeObjectScore(tokens), 1), "object_score_logits", "batch_size", 1, 1);
        }
    }

    private void MakeSam2()
    {
        var isRectLabel = _options.Form == TwinForm.RectLabel;
        var embedding = Planes(isRectLabel ? "image_embeddings" : "image_embed", TwinWeights.Width, Grid);
        var highRes0 = Planes(isRectLabel ? "high_res_features1" : "high_res_feats_0", TwinWeights.Width / 8, Side);
        var highRes1 = Planes(isRectLabel ? "high_res_features2" : "high_res_feats_1", TwinWeights.Width / 4, 2 * Grid);
        var coordinates = _graph.Input("point_coords", DataType.Float, "num_labels", "num_points", 2);
        var labels = _graph.Input("point_labels", DataType.Float, "num_labels", "num_points");
        var (mask, hasMask) = MaskInputs("num_labels", "num_labels");
        var (padded, known) = _prompts.MakePadded(coordinates, labels);
        var (tokens, image) = Transform(
            embedding, _prompts.MakePoints(padded, known), _prompts.MakeDense(mask, hasMask), _prompts.MakePosition());
        var masks = _outputs.MakeMasks(tokens, image, highRes0, highRes1);
        var scores = _outputs.MakeScores(tokens);
        string Clip(string value) => _graph.Make("Clip", "", [value, _graph.Scalar(-32), _graph.Scalar(32)]);
        if (!isRectLabel)
        {
            _graph.Output(Clip(_graph.Slice(masks, 1, 4, 1)), "masks", "num_labels", 3, Side, Side);
            _graph.Output(_graph.Slice(scores, 1, 4, 1), "iou_predictions", "num_labels", 3);
            return;
        }

        var size = _graph.Input("orig_im_size", DataType.Int64, 2);
        var wanted = _graph.Concat(0, _graph.Integers(1, 4), size);
        _graph.Output(_outputs.Resize(masks, wanted), "masks", "num_labels", 4, "height", "width");
        _graph.Output(scores, "iou_predictions", "num_labels", 4);
        _graph.Output(Clip(masks), "low_res_masks", "num_labels", 4, Side, Side);
    }

    private (string Tokens, string Image) Transform(string embedding, string points, string dense, string position)
    {
        var prompt = _graph.Concat(1, MakeOutputTokens(points), points);
        var image = Flatten(_graph.Make("Add", "", [embedding, dense]));
        return new TransformerTwin(_graph, prompt, position).Make(image);
    }

    // The output tokens for each prompt: folded to one constant, or joined by nodes in dynamo's files.
    private string MakeOutputTokens(string points)
    {
        string[] parts = _options.IsSam2
            ? ["obj_score_token.weight", "iou_token.weight", "mask_tokens.weight"]
            : ["iou_token.weight", "mask_tokens.weight"];
        var batch = _graph.Make("Gather", "",
            [_graph.Make("Shape", "", [points]), _graph.Integers(0)], Of("axis", 0L));
        var shape = _graph.Concat(0, batch, _graph.Integers(1, 1));
        return _graph.Make("Expand", "", [_graph.Joined(parts), shape]);
    }

    private string Planes(string name, int channels, int side) =>
        _graph.Input(name, DataType.Float, _options.IsHuggingFace ? "batch_size" : 1, channels, side, side);

    private (string Mask, string HasMask) MaskInputs(object masks, object flags) => (
        _graph.Input("mask_input", DataType.Float, masks, 1, Side, Side),
        _graph.Input("has_mask_input", DataType.Float, flags));

    private string Flatten(string planes) =>
        _graph.Transpose(_graph.Reshape(planes, 0, TwinWeights.Width, Grid * Grid), 0, 2, 1);
}
