using static Segmentation.Tests.Shared.Twins.TwinGraph;

namespace Segmentation.Tests.Shared.Twins;

/// <summary>Writes the reference's <c>MaskDecoder.predict_masks</c> behind the transformer.</summary>
internal sealed class OutputTwin(TwinGraph graph, TwinOptions options)
{
    private const int Tokens = 4;

    /// <summary>Token of the predicted IoU; four mask tokens follow.</summary>
    public int ScoreToken => options.IsSam2 ? 1 : 0;

    /// <summary>Logits [B,4,256,256] of tokens and image tokens; SAM 2 adds its features.</summary>
    public string MakeMasks(string tokens, string image, string? highRes0, string? highRes1)
    {
        var planes = graph.Reshape(graph.Transpose(image, 0, 2, 1), 0, TwinWeights.Width, 64, 64);
        var first = Add(Upscale("output_upscaling.0", planes), highRes1);
        var activated = graph.Gelu("/output_upscaling/act", graph.Norm2d("output_upscaling.1", first));
        var second = graph.Gelu("/output_upscaling/act", Add(Upscale("output_upscaling.3", activated), highRes0));
        var pixels = graph.Reshape(second, 0, TwinWeights.Width / 8, -1);
        var hypernetworks = graph.Concat(1,
        [
            .. Enumerable.Range(0, Tokens).Select(i =>
                graph.Unsqueeze(MakeHead($"output_hypernetworks_mlps.{i}", Token(tokens, ScoreToken + 1 + i)), 1)),
        ]);
        return graph.Reshape(graph.Make("MatMul", "", [hypernetworks, pixels]), 0, Tokens, 256, 256);
    }

    /// <summary>Predicted IoU [B,4].</summary>
    public string MakeScores(string tokens)
    {
        var scores = MakeHead("iou_prediction_head", Token(tokens, ScoreToken));
        return options.IsSam2 ? graph.Make("Sigmoid", "/iou_prediction_head", [scores]) : scores;
    }

    /// <summary>SAM 2's logit of the object being there, [B,1].</summary>
    public string MakeObjectScore(string tokens) => MakeHead("pred_obj_score_head", Token(tokens, 0));

    /// <summary>Stability of masks, the share of logits above 1 of those above -1: [B,M].</summary>
    public string MakeStability(string masks) => graph.Make("Div", "", [MakeArea(masks, 1), MakeArea(masks, -1)]);

    /// <summary>Number of logits above a number, [B,M].</summary>
    public string MakeArea(string masks, float above)
    {
        var inside = graph.Make("Cast", "",
            [graph.Make("Greater", "", [masks, graph.Scalar(above)])], Of("to", 1L));
        return graph.Make("ReduceSum", "", [inside, graph.Integers(-1, -2)], Of("keepdims", 0L));
    }

    /// <summary>
    /// The official <c>select_masks</c>: token 0 for three points and more, padding included, else the best of the
    /// others.
    /// </summary>
    public (string Masks, string Scores) MakeSelection(string masks, string scores, string labels)
    {
        var count = graph.Make("Cast", "",
            [graph.Make("Gather", "", [graph.Make("Shape", "", [labels]), graph.Index(1)])], Of("to", 1L));
        var weight = graph.Make("Mul", "",
            [
                graph.Make("Sub", "", [count, graph.Scalar(2.5f)]),
                graph.Folded("Mul", new TwinTensor([1, Tokens], [1000, 0, 0, 0])),
            ]);
        var best = graph.Make("ArgMax", "",
            [graph.Make("Add", "", [scores, weight])], Of("axis", 1L), Of("keepdims", 0L));
        return (graph.Make("Gather", "", [masks, best], Of("axis", 1L)),
            graph.Make("Gather", "", [scores, best], Of("axis", 1L)));
    }

    /// <summary>The official <c>mask_postprocessing</c>: enlarged to 1024, cropped, and resized to the image.</summary>
    public string MakeEnlarged(string masks, string size, int count)
    {
        var large = Resize(masks, graph.Integers(1, count, 1024, 1024));
        string cropped;
        if (options.BakedCrop)
        {
            cropped = graph.Slice(graph.Slice(large, 0, 684, 2), 0, 1024, 3);
        }
        else
        {
            var longest = graph.Make("ReduceMax", "", [size], Of("keepdims", 1L));
            var scale = graph.Make("Div", "", [graph.Scalar(1024), longest]);
            var inside = graph.Make("Cast", "",
                [
                    graph.Make("Floor", "",
                        [graph.Make("Add", "", [graph.Make("Mul", "", [scale, size]), graph.Scalar(0.5f)])]),
                ], Of("to", 7L));
            cropped = graph.Make("Slice", "", [large, graph.Integers(0, 0), inside, graph.Integers(2, 3)]);
        }

        var wanted = graph.Concat(
            0, graph.Integers(1, count), graph.Make("Cast", "", [size], Of("to", 7L)));
        return Resize(cropped, wanted);
    }

    /// <summary>Resizes planes to a shape, bilinear.</summary>
    public string Resize(string value, string shape) => graph.Make(
        "Resize", "", [value, "", "", shape], Of("mode", "linear"), Of("coordinate_transformation_mode", "half_pixel"));

    private string MakeHead(string head, string token)
    {
        var value = token;
        for (var layer = 0; layer < 3; layer++)
        {
            var path = $"{head}.layers.{layer}";
            value = options.IsHuggingFace ? graph.Linear(path, value) : graph.Gemm(path, value);
            value = layer < 2 ? graph.Make("Relu", $"/{head}/act", [value]) : value;
        }

        return value;
    }

    private string Token(string tokens, int index) =>
        graph.Make("Gather", "", [tokens, graph.Index(index)], Of("axis", 1L));

    private string Add(string value, string? features) =>
        features is null ? value : graph.Make("Add", "", [value, features]);

    private string Upscale(string path, string value) => graph.Make(
        "ConvTranspose", TwinPaths.ScopeOf(path, options),
        [value, graph.Parameter($"{path}.weight"), graph.Parameter($"{path}.bias")], Of("strides", 2L, 2L));
}
