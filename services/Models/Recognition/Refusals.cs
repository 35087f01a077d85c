namespace Segmentation.Models.Recognition;

/// <summary>Reasons for which a graph cannot be served, each with what would work.</summary>
internal static class Refusals
{
    private static readonly string[] _textPorts =
    [
        "input_ids", "tokens", "token_type_ids", "attention_mask", "text_embeds", "text_features", "text_memory",
    ];

    private static readonly string[] _videoPorts =
    [
        "memory", "memory_0", "memory_1", "memory_pos", "memory_tokens", "memory_pos_embed", "maskmem_features",
        "mask_for_mem", "obj_ptr", "object_pointer", "obj_ptr_offsets", "normalized_diffs", "pointer_pos", "x_out",
        "feats2", "feats2_cond", "feats2_no_mem", "binarize", "vision_pos_embed", "current_vision_feat", "pix_feat",
        "sparse_embeddings", "sparse_prompt_embeddings", "sam_tokens_out", "vision_pos_enc_0", "frame_size",
    ];

    private static readonly string[] _sam3Ports =
        ["language_mask", "language_features", "box_coords", "vision_pos_enc_2"];

    /// <summary>Returns the reason why a graph cannot be served at all, or null.</summary>
    public static string? Of(GraphHeader graph)
    {
        string[] names = [.. graph.Inputs.Concat(graph.Outputs).Select(port => port.Name)];
        if (graph.Inputs.Any(input => input.Name == "pixels") && graph.Inputs.Any(input => input.Name == "sizes"))
        {
            return Say(graph, "was written by ModelBuilder: the folder that it comes from is a model already",
                "Copy that folder into the folder of models");
        }

        if (names.Any(IsText))
        {
            return Say(graph, "reads text, and only points, boxes and masks can be prompts here",
                "Add an encoder and decoder of SAM 1 or SAM 2");
        }

        if (names.Intersect(_sam3Ports).Any() && graph.Input("input_image", "pixel_values") is null)
        {
            return Say(graph, "belongs to SAM 3, whose squares have 1008 pixels where this program has 1024",
                "Add an encoder and decoder of SAM 1 or SAM 2");
        }

        if (names.Intersect(_videoPorts).Any())
        {
            return Say(graph, "belongs to a SAM 2 for video (it has "
                + $"'{names.Intersect(_videoPorts).First()}'), and only single pictures are segmented here",
                "Add the encoder and decoder for pictures of the same checkpoint, such as samexporter's or "
                + "RectLabel's");
        }

        if (IsPicture(graph) && graph.Inputs.Any(IsPoints))
        {
            return Say(graph, "is encoder and decoder in one graph, so that each click would encode the picture again",
                "Add the pair of the same checkpoint, with one graph for the picture and one for the prompts");
        }

        return graph.HasSignedConvolution
            ? Say(graph, "was quantised to integers with a sign (QInt8), and ONNX Runtime has no such convolution "
                + "(ConvInteger) on the CPU", "Take the file quantised to QUInt8, or the one in float32 or float16")
            : null;
    }

    /// <summary>Words the refusal of another square than 1024 pixels.</summary>
    public static string Side(GraphHeader graph, long side) => side switch
    {
        1008 => Say(graph, "is a tracker of SAM 3, whose squares have 1008 pixels where this program has 1024", "Take a SAM 2.1 with the same names of inputs and outputs"),
        256 => Say(graph, "has squares of 256 pixels, as SAM-Med2D, where this program has 1024",
            "Take a model of 1024 pixels, such as SAM ViT-B"),
        _ => Say(graph, $"has squares of {side} pixels where this program has 1024", "Take a model of 1024 pixels"),
    };

    /// <summary>Words the refusal of a graph with other inputs or outputs than any known.</summary>
    public static string Unknown(GraphHeader graph, string problem) => Say(graph,
        $"is no encoder or decoder that can be served: {problem}. Its inputs are {List(graph.Inputs)}; its outputs are "
        + List(graph.Outputs),
        "docs/models.md lists the layouts that can be served");

    /// <summary>True for an input that takes a picture.</summary>
    public static bool IsPicture(TensorPort port) => port.Name != "batched_point_coords"
        && ((port.Rank == 4 && (port.Dimension(1) == 3 || port.Name == "pixel_values"))
            || (port.Rank == 3 && (port.Dimension(2) == 3 || port.Dimension(0) == 3)));

    private static bool IsPicture(GraphHeader graph) => graph.Inputs.Any(IsPicture);

    private static bool IsPoints(TensorPort port) =>
        port.Name is "point_coords" or "input_points" or "batched_point_coords" or "input_boxes";

    private static bool IsText(string name) => _textPorts.Contains(name)
        || name.StartsWith("text_", StringComparison.Ordinal)
        || name.StartsWith("language_", StringComparison.Ordinal);

    private static string Say(GraphHeader graph, string reason, string remedy) => $"'{graph.Path}' {reason}. {remedy}.";

    private static string List(IReadOnlyList<TensorPort> ports) => ports.Count == 0 ? "none" : string.Join(", ", ports);
}
