using Segmentation.Models.Layouts;

namespace Segmentation.Models.Recognition;

/// <summary>Recognises decoders: embedding and prompts in, masks out.</summary>
internal static class DecoderRecogniser
{
    private const int EfficientSamPoints = 6;

    private static readonly Dictionary<string, DecoderRole> _inputs = new(StringComparer.Ordinal)
    {
        ["image_embeddings"] = DecoderRole.Embedding,
        ["image_embedding"] = DecoderRole.Embedding,
        ["image_embed"] = DecoderRole.Embedding,
        ["image_embeddings.2"] = DecoderRole.Embedding,
        ["high_res_feats_0"] = DecoderRole.HighRes0,
        ["high_res_features1"] = DecoderRole.HighRes0,
        ["image_features_0"] = DecoderRole.HighRes0,
        ["image_embeddings.0"] = DecoderRole.HighRes0,
        ["high_res_feats_1"] = DecoderRole.HighRes1,
        ["high_res_features2"] = DecoderRole.HighRes1,
        ["image_features_1"] = DecoderRole.HighRes1,
        ["image_embeddings.1"] = DecoderRole.HighRes1,
        ["interm_embeddings"] = DecoderRole.Intermediate,
        ["image_positional_embeddings"] = DecoderRole.Positional,
        ["point_coords"] = DecoderRole.Points,
        ["input_points"] = DecoderRole.Points,
        ["batched_point_coords"] = DecoderRole.Points,
        ["point_labels"] = DecoderRole.Labels,
        ["input_labels"] = DecoderRole.Labels,
        ["batched_point_labels"] = DecoderRole.Labels,
        ["input_boxes"] = DecoderRole.Boxes,
        ["mask_input"] = DecoderRole.MaskInput,
        ["input_masks"] = DecoderRole.MaskInput,
        ["has_mask_input"] = DecoderRole.HasMaskInput,
        ["has_input_masks"] = DecoderRole.HasMaskInput,
        ["orig_im_size"] = DecoderRole.ImageSize,
        ["original_image_size"] = DecoderRole.ImageSize,
    };

    /// <summary>True for a graph with points, but no picture, among its inputs.</summary>
    public static bool Matches(GraphHeader graph) =>
        graph.Inputs.Any(input => _inputs.GetValueOrDefault(input.Name, (DecoderRole)(-1)) == DecoderRole.Points)
        && !graph.Inputs.Any(Refusals.IsPicture);

    /// <summary>Recognises a graph with points among its inputs.</summary>
    /// <exception cref="ModelException">It is no decoder that can be served.</exception>
    public static DecoderMatch Recognise(GraphHeader graph)
    {
        var ports = new Dictionary<DecoderRole, GraphPort>();
        foreach (var port in graph.Inputs.Select(input => InputPort(graph, input)))
        {
            if (!ports.TryAdd(port.Role, port))
            {
                throw new ModelException(Refusals.Unknown(
                    graph, $"'{port.Name}' and '{ports[port.Role].Name}' have the same meaning"));
            }
        }

        foreach (var role in (ReadOnlySpan<DecoderRole>)[DecoderRole.Embedding, DecoderRole.Points, DecoderRole.Labels])
        {
            if (!ports.ContainsKey(role))
            {
                throw new ModelException(Refusals.Unknown(graph, $"a decoder has an input for the {Word(role)}"));
            }
        }

        if (ports.ContainsKey(DecoderRole.HighRes0) != ports.ContainsKey(DecoderRole.HighRes1)
            || ports.ContainsKey(DecoderRole.MaskInput) != ports.ContainsKey(DecoderRole.HasMaskInput))
        {
            throw new ModelException(Refusals.Unknown(graph, "one input of a pair is missing"));
        }

        CheckSides(graph, ports);
        var family = FamilyOf(ports);
        var logits = LogitsOf(graph, ports.Values, family);
        var scores = graph.Output("iou_predictions", "iou_scores", "scores")
            ?? throw new ModelException(Refusals.Unknown(graph, "no output has the predicted IoU of the masks"));
        List<GraphPort> all = [.. ports.Values.OrderBy(port => port.Role)];
        all.Add(Port(graph, DecoderRole.LowResLogits, logits));
        all.Add(Port(graph, DecoderRole.Scores, scores));
        if (graph.Output("object_score_logits") is { } objectScore)
        {
            all.Add(Port(graph, DecoderRole.ObjectScore, objectScore));
        }

        var isPublishedSam1 = family is DecoderFamilies.Sam1 or DecoderFamilies.SamHq;
        var isEfficient = family == DecoderFamilies.EfficientSam;
        var layout = new DecoderLayout
        {
            Family = family,
            Ports = all,
            Tokens = TokensOf(graph, scores, logits, family),
            Box = BoxOf(ports, family),
            TakesMask = ports.ContainsKey(DecoderRole.MaskInput),
            TakesBackground = !isEfficient,
            MaxPoints = isEfficient ? EfficientSamPoints : null,
            // EdgeSAM's own predictor has no padding point at all, which is the same for a caller.
            AddsPadding = !isPublishedSam1,
            TakesImagePixels = isEfficient,
        };
        var features = graph.Input("interm_embeddings")?.Dimension(-1);
        return new DecoderMatch(graph, layout, (int?)features);
    }

    private static GraphPort InputPort(GraphHeader graph, TensorPort input) =>
        _inputs.TryGetValue(input.Name, out var role)
        ? Port(graph, role, input)
        : throw new ModelException(Refusals.Unknown(graph, $"the input '{input.Name}' of this decoder is not known"));

    private static GraphPort Port(GraphHeader graph, DecoderRole role, TensorPort port)
    {
        if (port.Type is not { } type || port.Rank is not { } rank)
        {
            throw new ModelException(Refusals.Unknown(
                graph, $"'{port.Name}' has a type that cannot be given, or the file does not say its shape"));
        }

        return new GraphPort(role, port.Name, type, rank);
    }

    private static void CheckSides(GraphHeader graph, Dictionary<DecoderRole, GraphPort> ports)
    {
        foreach (var (role, side) in ((DecoderRole, long)[])
            [(DecoderRole.Embedding, 64), (DecoderRole.HighRes0, 256), (DecoderRole.HighRes1, 128)])
        {
            if (ports.TryGetValue(role, out var port)
                && graph.Input(port.Name)!.Dimension(-1) is { } actual && actual != side)
            {
                // SAM 3's grid has 72 cells of 14 pixels.
                var pixels = actual * 64 / side == 72 ? 1008 : actual * 1024 / side;
                throw new ModelException(Refusals.Side(graph, pixels));
            }
        }
    }

    private static string FamilyOf(Dictionary<DecoderRole, GraphPort> ports)
    {
        if (ports[DecoderRole.Points].Name == "input_points")
        {
            return ports.ContainsKey(DecoderRole.HighRes0)
                ? DecoderFamilies.HuggingFaceSam2
                : DecoderFamilies.HuggingFaceSam1;
        }

        if (ports[DecoderRole.Points].Name == "batched_point_coords")
        {
            return DecoderFamilies.EfficientSam;
        }

        if (ports.ContainsKey(DecoderRole.HighRes0))
        {
            return DecoderFamilies.Sam2;
        }

        if (ports.ContainsKey(DecoderRole.Intermediate))
        {
            return DecoderFamilies.SamHq;
        }

        return ports.ContainsKey(DecoderRole.MaskInput) ? DecoderFamilies.Sam1 : DecoderFamilies.EdgeSam;
    }

    // Masks in the size of the picture are never used: some files have a wrong size fixed in them.
    private static TensorPort LogitsOf(GraphHeader graph, IEnumerable<GraphPort> inputs, string family)
    {
        TensorPort[] masks = [.. graph.Outputs.Where(one => one.IsFloat && one.Rank is 4 or 5)];
        var hasSize = inputs.Any(port => port.Role == DecoderRole.ImageSize);
        var unsized = masks.Where(one => one.Name is not ("masks" or "output_masks")).ToArray();
        return unsized.FirstOrDefault(one => one.Name is "low_res_masks" or "pred_masks")
            ?? (unsized.Length == 1 ? unsized[0] : null)
            // SAM 2 stretches: masks for an image of 256 x 256 are the logits themselves.
            ?? masks.FirstOrDefault(one => one.Name == "masks" && (!hasSize || family == DecoderFamilies.Sam2))
            ?? throw new ModelException(Refusals.Unknown(
                graph, "no output has the low-resolution masks of 256 x 256, only masks in the size of the image"));
    }

    private static int[] TokensOf(GraphHeader graph, TensorPort scores, TensorPort logits, string family) =>
        (scores.Dimension(-1) ?? logits.Dimension(-3)) switch
        {
            1 => [0],
            3 => [1, 2, 3],
            4 => [0, 1, 2, 3],
            null when family is DecoderFamilies.HuggingFaceSam1 or DecoderFamilies.HuggingFaceSam2 => [1, 2, 3],
            { } count => throw new ModelException(
                Refusals.Unknown(graph, $"it gives {count} masks, not one, three or four")),
            null => throw new ModelException(Refusals.Unknown(graph, "the file does not say how many masks it gives")),
        };

    private static BoxPort BoxOf(Dictionary<DecoderRole, GraphPort> ports, string family)
    {
        if (ports.ContainsKey(DecoderRole.Boxes))
        {
            return BoxPort.Input;
        }

        // Hugging Face's graph has no embedding for the corners among the points.
        return family is DecoderFamilies.HuggingFaceSam1 or DecoderFamilies.HuggingFaceSam2
            ? BoxPort.None
            : BoxPort.Labels;
    }

    private static string Word(DecoderRole role) => role switch
    {
        DecoderRole.Embedding => "image embedding",
        DecoderRole.Points => "coordinates of points",
        _ => "labels of points",
    };
}
