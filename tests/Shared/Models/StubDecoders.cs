using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.Tests.Shared;

/// <summary>
/// Decoders with the ports of published ones, whose low-resolution logits depend on every input:
/// <code>
/// logits[p, t, y, x] = sum over tensors of their mean over channels at the cell of (y, x)
///                    + sum over points of (label + 2) * (1 + (px + 2 py) / 1024)
///                    + sum over boxes of (x0 + 2 y0 + 3 x1 + 4 y1) / 1024
///                    + has_mask_input * mask_input[p, y, x] + t / 2
/// </code>
/// with t the output token (0 to 3), points and boxes in pixels of the model's square. Scores are
/// <see cref="Scores"/>[t].
/// </summary>
internal static class StubDecoders
{
    private const int Side = 256;

    /// <summary>Scores of the output tokens 0 to 3.</summary>
    public static IReadOnlyList<float> Scores { get; } = [0.5f, 0.9f, 0.8f, 0.7f];

    /// <summary>SAM 1 by the reference's script: four masks or one.</summary>
    /// <param name="tokens">The output tokens: 0 to 3, or 0.</param>
    /// <param name="hasExtraMetrics">
    /// True for <c>--return-extra-metrics</c>: <c>low_res_masks</c> is then the stability.
    /// </param>
    /// <param name="hasMaskBox">True for CVAT's further outputs.</param>
    /// <param name="type">Type of the numbers.</param>
    public static StubGraph Sam1(
        int[] tokens, bool hasExtraMetrics = false, bool hasMaskBox = false, DataType type = DataType.Float)
    {
        var graph = new StubGraph();
        var inputs = new StubDecoderInputs(graph, type);
        inputs.AddTensor("image_embeddings", 256, 64);
        inputs.AddPoints("point_coords", "point_labels", 1);
        inputs.AddMask("mask_input", "has_mask_input", 1);
        var size = inputs.AddSize("orig_im_size", type);
        var logits = inputs.Logits(tokens);
        Sized(graph, logits, size, "masks", type);
        Score(graph, inputs, tokens, "iou_predictions", type);
        if (hasExtraMetrics)
        {
            Score(graph, inputs, tokens, "low_res_masks", type);
            Score(graph, inputs, tokens, "1743", type);
        }

        LowRes(graph, logits, hasExtraMetrics ? "1744" : "low_res_masks", type);
        foreach (var name in hasMaskBox ? ["xtl", "ytl", "xbr", "ybr"] : Array.Empty<string>())
        {
            graph.Output(graph.Integers(0), name, DataType.Int64, 1);
        }

        return graph;
    }

    /// <summary>SAM 1 of Hugging Face: three masks; boxes only in one revision.</summary>
    public static StubGraph HuggingFaceSam1(bool hasBoxes)
    {
        var graph = new StubGraph();
        var inputs = new StubDecoderInputs(graph);
        inputs.AddTensor("image_embeddings", 256, 64, "batch_size");
        inputs.AddTensor("image_positional_embeddings", 256, 64, "batch_size");
        inputs.AddBatchedPoints(
            "input_points", "input_labels", DataType.Int64, "point_batch_size", "nb_points_per_image");
        if (hasBoxes)
        {
            inputs.AddBoxes("input_boxes");
        }

        int[] tokens = [1, 2, 3];
        Score(graph, inputs, tokens, "iou_scores", DataType.Float);
        graph.Output(
            inputs.Logits(tokens), "pred_masks", DataType.Float, "batch_size", "point_batch_size", 3, Side, Side);
        return graph;
    }

    /// <summary>EfficientSAM: points in pixels of the image, a third output without a name of its own.</summary>
    public static StubGraph EfficientSam()
    {
        var graph = new StubGraph();
        var inputs = new StubDecoderInputs(graph);
        inputs.AddTensor("image_embeddings", 256, 64);
        var size = graph.Input("orig_im_size", DataType.Int64, 2);
        inputs.AddBatchedPoints("batched_point_coords", "batched_point_labels", DataType.Float, 1, "num_points", size);
        int[] tokens = [1, 2, 3];
        var logits = inputs.Logits(tokens);
        var planes = graph.Node("Squeeze", [logits, graph.Integers(1)]);
        var sized = graph.Node("Unsqueeze", [StubDecoderInputs.Resize(graph, planes, size), graph.Integers(1)]);
        graph.Output(sized, "output_masks", DataType.Float, "a", "b", 3, "height", "width");
        Score(graph, inputs, tokens, "iou_predictions", DataType.Float);
        graph.Output(logits, "onnx::Shape_2137", DataType.Float, "a", "b", 3, Side, Side);
        return graph;
    }

    /// <summary>EdgeSAM: scores come first, <c>masks</c> are the low-resolution ones, no mask goes in.</summary>
    public static StubGraph EdgeSam()
    {
        var graph = new StubGraph();
        var inputs = new StubDecoderInputs(graph);
        inputs.AddTensor("image_embeddings", 256, 64);
        inputs.AddPoints("point_coords", "point_labels", 1);
        int[] tokens = [0, 1, 2, 3];
        Score(graph, inputs, tokens, "scores", DataType.Float);
        LowRes(graph, inputs.Logits(tokens), "masks", DataType.Float);
        return graph;
    }

    /// <summary>SAM-HQ: features of the global blocks, one mask.</summary>
    /// <param name="channels">768, 1024 or 1280.</param>
    public static StubGraph SamHq(int channels)
    {
        var graph = new StubGraph();
        var inputs = new StubDecoderInputs(graph);
        inputs.AddTensor("image_embeddings", 256, 64);
        inputs.AddIntermediate("interm_embeddings", channels);
        inputs.AddPoints("point_coords", "point_labels", 1);
        inputs.AddMask("mask_input", "has_mask_input", 1);
        var size = inputs.AddSize("orig_im_size", DataType.Float);
        int[] tokens = [0];
        var logits = inputs.Logits(tokens);
        Sized(graph, logits, size, "masks", DataType.Float);
        Score(graph, inputs, tokens, "iou_predictions", DataType.Float);
        LowRes(graph, logits, "low_res_masks", DataType.Float);
        return graph;
    }

    /// <summary>SAM 2 by samexporter: seven inputs, tokens 1 to 3, <c>masks</c> are the low-resolution ones.</summary>
    public static StubGraph Sam2Samexporter() => Samexporter(graph => (logits, _) =>
        LowRes(graph, logits, "masks", DataType.Float));

    /// <summary>SAM 2 by ibaiGorordo: samexporter's, and <c>masks</c> of the size that an eighth input names.</summary>
    public static StubGraph Sam2Ib() => Samexporter(graph => (logits, inputs) =>
        Sized(graph, logits, inputs.AddSize("orig_im_size", DataType.Int32), "masks", DataType.Float));

    /// <summary>SAM 2 by darktable: samexporter's, <c>masks</c> of the square and low-resolution ones.</summary>
    public static StubGraph Sam2Darktable() => Samexporter(graph => (logits, _) =>
    {
        Sized(graph, logits, graph.Integers(1024, 1024), "masks", DataType.Float);
        LowRes(graph, logits, "low_res_masks", DataType.Float);
    });

    /// <summary>SAM 2 by RectLabel: all four tokens.</summary>
    public static StubGraph Sam2RectLabel()
    {
        var graph = new StubGraph();
        var inputs = new StubDecoderInputs(graph);
        inputs.AddTensor("image_embeddings", 256, 64);
        inputs.AddTensor("high_res_features1", 32, 256);
        inputs.AddTensor("high_res_features2", 64, 128);
        inputs.AddPoints("point_coords", "point_labels", "num_labels");
        inputs.AddMask("mask_input", "has_mask_input", "num_labels");
        var size = inputs.AddSize("orig_im_size", DataType.Int64);
        int[] tokens = [0, 1, 2, 3];
        var logits = inputs.Logits(tokens);
        Sized(graph, logits, size, "masks", DataType.Float);
        Score(graph, inputs, tokens, "iou_predictions", DataType.Float);
        LowRes(graph, logits, "low_res_masks", DataType.Float);
        return graph;
    }

    /// <summary>
    /// SAM 2 by ONNX Runtime's tools: labels are 32-bit integers, <c>masks</c> truth values; M is 1 or 3.
    /// </summary>
    public static StubGraph Sam2OrtTools(int[] tokens)
    {
        var graph = new StubGraph();
        var inputs = new StubDecoderInputs(graph);
        inputs.AddTensor("image_features_0", 32, 256);
        inputs.AddTensor("image_features_1", 64, 128);
        inputs.AddTensor("image_embeddings", 256, 64);
        inputs.AddPoints("point_coords", "point_labels", "num_labels", DataType.Int32);
        inputs.AddMask("input_masks", "has_input_masks", "num_labels");
        var size = inputs.AddSize("original_image_size", DataType.Int32);
        var logits = inputs.Logits(tokens);
        var isInside = graph.Node("Greater", [StubDecoderInputs.Resize(graph, logits, size), graph.Floats([0])]);
        graph.Output(
            isInside, "masks", DataType.Bool, "num_labels", tokens.Length, "original_image_height", "original_image_width");
        Score(graph, inputs, tokens, "iou_predictions", DataType.Float);
        LowRes(graph, logits, "low_res_masks", DataType.Float);
        return graph;
    }

    /// <summary>SAM 2 and EdgeTAM of onnx-community: names with dots, boxes of their own, an object score.</summary>
    /// <param name="grid">Side of the embedding's grid: 64, or 72 for the tracker of SAM 3.</param>
    public static StubGraph HuggingFaceSam2(int grid = 64)
    {
        var graph = new StubGraph();
        var inputs = new StubDecoderInputs(graph);
        inputs.AddBatchedPoints("input_points", "input_labels", DataType.Int64, "num_objects", "num_points");
        inputs.AddBoxes("input_boxes");
        inputs.AddTensor("image_embeddings.0", 32, grid * 4, "batch_size");
        inputs.AddTensor("image_embeddings.1", 64, grid * 2, "batch_size");
        inputs.AddTensor("image_embeddings.2", 256, grid, "batch_size");
        int[] tokens = [1, 2, 3];
        Score(graph, inputs, tokens, "iou_scores", DataType.Float);
        graph.Output(
            inputs.Logits(tokens), "pred_masks", DataType.Float, "batch_size", "num_prompts", 3, grid * 4, grid * 4);
        var isThere = graph.Node("Add", [graph.Node("Mul", [inputs.Prompt, graph.Floats([0])]), graph.Floats([3])]);
        graph.Output(
            graph.Node("Unsqueeze", [isThere, graph.Integers(2)]),
            "object_score_logits", DataType.Float, "batch_size", "num_prompts", 1);
        return graph;
    }

    private static StubGraph Samexporter(Func<StubGraph, Action<string, StubDecoderInputs>> addMasks)
    {
        var graph = new StubGraph();
        var inputs = new StubDecoderInputs(graph);
        inputs.AddTensor("image_embed", 256, 64);
        inputs.AddTensor("high_res_feats_0", 32, 256);
        inputs.AddTensor("high_res_feats_1", 64, 128);
        inputs.AddPoints("point_coords", "point_labels", "num_labels");
        inputs.AddMask("mask_input", "has_mask_input", "num_labels");
        int[] tokens = [1, 2, 3];
        addMasks(graph)(inputs.Logits(tokens), inputs);
        Score(graph, inputs, tokens, "iou_predictions", DataType.Float);
        return graph;
    }

    private static void Sized(StubGraph graph, string logits, string size, string name, DataType type) =>
        Output(graph, StubDecoderInputs.Resize(graph, logits, size), name, type, "Resize");

    private static void LowRes(StubGraph graph, string logits, string name, DataType type) =>
        Output(graph, logits, name, type, "Reshape");

    // Sizes are free in the file, as torch writes them.
    private static void Output(StubGraph graph, string value, string name, DataType type, string node) => graph.Output(
        type == DataType.Float ? value : graph.Cast(value, type), name, type,
        $"{node}{name}_dim_0", $"{node}{name}_dim_1", $"{node}{name}_dim_2", $"{node}{name}_dim_3");

    private static void Score(StubGraph graph, StubDecoderInputs inputs, int[] tokens, string name, DataType type)
    {
        var value = inputs.PerToken([.. tokens.Select(token => Scores[token])]);
        object[] shape = inputs.IsBatched ? ["a", "b", tokens.Length] : [$"Gemm{name}_dim_0", tokens.Length];
        graph.Output(type == DataType.Float ? value : graph.Cast(value, type), name, type, shape);
    }
}
