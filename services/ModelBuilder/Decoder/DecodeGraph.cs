using Segmentation.ModelBuilder.Graphs;
using Segmentation.Onnx;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// The prompt encoder and the mask decoder for B prompts of N points on one prepared image, T = 5 + N tokens each.
/// Every step is an identity of the reference's (docs/model.md says which); image tokens X, position P.
/// <code>
/// points -> tokens [B T, C]
/// layer 0: self attention, token to image (k0, v0), MLP; image to token (q0) -> X1 [B,4096,C]
/// layer 1: self attention, token to image (folded),  MLP; image to token (folded) -> X2 [B,4096,C]
/// final token to image (folded) -> score head, hypernetworks
/// X2, wanted rows and columns -> two transposed convolutions as products -> wanted masks
/// </code>
/// SAM 2 has T = 6 + N tokens, adds its image's high-resolution features after each of the two convolutions and gives
/// an object score.
/// </summary>
internal static class DecodeGraph
{
    public static ModelProto Build(PublishedDecoderWeights weights)
    {
        var graph = new GraphBuilder("decode");
        var image = PreparedImageGraph.Input(graph, weights);
        var coordinates = graph.Input("point_coords", DataType.Float, "batch", "points", 2);
        var labels = graph.Input("point_labels", DataType.Float, "batch", "points");
        var masks = graph.Input("mask_tokens", DataType.Int64, "masks");
        var grid = graph.Input("grid_size", DataType.Int64, 2);
        var highRes = weights.IsSam2 ? HighResFeaturesGraph.Input(graph, weights) : null;

        var shapes = TokenShapes.Make(graph, coordinates, weights);
        var prompt = PromptTokens.Make(graph, coordinates, labels, shapes, weights);
        graph.Scope("positional_encoding");
        var position = PositionalEncoding.MakeGrid(graph, weights);

        var transformer = new TwoWayTransformerGraph(graph, weights, shapes, prompt, position);
        graph.Scope("prepared_image");
        var (tokens, cells) = transformer.Make(image.MakeTokensAndHeads(graph, weights));
        var (scores, objectScores, hypernetworks) = OutputHeads.Make(graph, tokens, masks, shapes, weights);
        var logits = new Upscaling(graph, shapes, weights, highRes).Make(cells, hypernetworks, grid);
        graph.Output(logits, "low_res_logits", DataType.Float, "batch", "masks", "height", "width");
        graph.Output(scores, "iou_predictions", DataType.Float, "batch", 4);
        if (objectScores is not null)
        {
            graph.Output(objectScores, "object_score_logits", DataType.Float, "batch", 1);
        }

        return graph.Build("Prompts on one prepared image to mask logits and predicted IoU.");
    }
}
