using static Segmentation.Tests.Shared.Twins.TwinGraph;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.Tests.Shared.Twins;

/// <summary>Writes the reference's PromptEncoder as exporters write it.</summary>
internal sealed class PromptTwin(TwinGraph graph, TwinOptions options)
{
    private const string Frequencies = "pe_layer.positional_encoding_gaussian_matrix";
    private const int Grid = 64;

    /// <summary>Coordinates [B,N,2] and labels [B,N], padding included, to point tokens [B,N,C].</summary>
    public string MakePoints(string coordinates, string labels)
    {
        var half = graph.Make("Add", "", [coordinates, graph.Scalar(0.5f)]);
        var unit = graph.Make("Div", "", [half, graph.Scalar(1024)]);
        var encoding = MakeEncoding("", unit);
        var label = graph.Unsqueeze(labels, -1);
        return options.IsHuggingFace ? MakeChosen(encoding, label) : MakeSummed(encoding, label);
    }

    /// <summary>Appends a padding point behind the points, as graphs of SAM 2 do.</summary>
    public (string Coordinates, string Labels) MakePadded(string coordinates, string labels)
    {
        string Number(long value) => options.IsHuggingFace ? graph.Index(value) : graph.Scalar(value);
        var zero = graph.Make("Mul", "", [graph.Slice(coordinates, 0, 1, 1), graph.Scalar(0)]);
        var none = graph.Make("Mul", "", [graph.Slice(labels, 0, 1, 1), Number(0)]);
        var label = graph.Make("Sub", "", [none, Number(1)]);
        return (graph.Concat(1, coordinates, zero), graph.Concat(1, labels, label));
    }

    /// <summary>The dense prompt: a mask where has_mask_input is 1.</summary>
    public string MakeDense(string mask, string hasMask)
    {
        var first = Activate("mask_downscaling.1", Convolve("mask_downscaling.0", mask, 2));
        var second = Activate("mask_downscaling.4", Convolve("mask_downscaling.3", first, 2));
        var given = graph.Make("Mul", "", [hasMask, Convolve("mask_downscaling.6", second, 1)]);
        var absent = graph.Make("Sub", "", [graph.Scalar(1), hasMask]);
        return graph.Make("Add", "", [given, graph.Make("Mul", "", [absent, NoMask("Mul")])]);
    }

    /// <summary>The dense prompt where an export takes no mask: [1,C,1,1], expanded.</summary>
    public string MakeAbsentMask() =>
        graph.Make("Expand", "", [NoMask("Expand"), graph.Integers(1, TwinWeights.Width, Grid, Grid)]);

    /// <summary>Encoding of the grid's cells, [1,4096,C].</summary>
    public string MakePosition()
    {
        var centres = new float[Grid * Grid * 2];
        for (var cell = 0; cell < Grid * Grid; cell++)
        {
            centres[2 * cell] = ((cell % Grid) + 0.5f) / Grid;
            centres[(2 * cell) + 1] = ((cell / Grid) + 0.5f) / Grid;
        }

        return MakeEncoding("/pe_layer", graph.Folded("Mul", new TwinTensor([1, Grid * Grid, 2], centres)));
    }

    private string NoMask(string user) => graph.Reshaped("no_mask_embed.weight", user, 1, TwinWeights.Width, 1, 1);

    private string Convolve(string path, string value, long size) => graph.Make(
        "Conv", TwinPaths.ScopeOf(path, options),
        [value, graph.Parameter($"{path}.weight"), graph.Parameter($"{path}.bias")], Of("strides", size, size));

    private string Activate(string norm, string value) => graph.Gelu("/mask_downscaling/act", graph.Norm2d(norm, value));

    private string MakeEncoding(string scope, string unit)
    {
        var centred = graph.Make("Sub", scope, [graph.Make("Mul", scope, [unit, graph.Scalar(2)]), graph.Scalar(1)]);
        var angle = graph.Make("Mul", scope,
            [graph.Make("MatMul", scope, [centred, graph.Parameter(Frequencies)]), graph.Scalar((float)(2 * Math.PI))]);
        return graph.Make("Concat", scope,
            [graph.Make("Sin", scope, [angle]), graph.Make("Cos", scope, [angle])], Of("axis", -1L));
    }

    // SamOnnxModel._embed_points: each embedding times one or zero.
    private string MakeSummed(string encoding, string label)
    {
        var expanded = graph.Make("Expand", "", [label, graph.Make("Shape", "", [encoding])]);
        string Is(float value) => graph.Make("Equal", "", [expanded, graph.Scalar(value)]);
        string Number(string truth) => graph.Make("Cast", "", [truth], Of("to", (long)DataType.Float));
        var points = graph.Make("Mul", "", [encoding, Number(graph.Make("Not", "", [Is(-1)]))]);
        points = graph.Make("Add", "",
            [points, graph.Make("Mul", "", [graph.Parameter("not_a_point_embed.weight"), Number(Is(-1))])]);
        for (var i = 0; i < 4; i++)
        {
            var one = graph.Make("Mul", "", [graph.Parameter($"point_embeddings.{i}.weight"), Number(Is(i))]);
            points = graph.Make("Add", "", [points, one]);
        }

        return points;
    }

    // SamPromptEncoder._embed_points: chosen by the label; corners of boxes have no label.
    private string MakeChosen(string encoding, string label)
    {
        string Is(long value) => graph.Make("Equal", "", [label, graph.Index(value)]);
        var points = graph.Make("Where", "", [Is(-1), graph.Parameter("not_a_point_embed.weight"), encoding]);
        if (options.IsSam2)
        {
            return MakeLookedUp(points, label);
        }

        for (var i = 0; i < 2; i++)
        {
            var embedding = graph.Reshaped($"point_embeddings.{i}.weight", "Add", 1, 1, TwinWeights.Width);
            points = graph.Make("Where", "", [Is(i), graph.Make("Add", "", [points, embedding]), points]);
        }

        return points;
    }

    // Sam2PromptEncoder._embed_points: a table of four rows.
    private string MakeLookedUp(string points, string label)
    {
        var known = graph.Make("Max", "", [label, graph.Index(0)]);
        var rows = graph.Make("Gather", "",
            [graph.Parameter("point_embeddings.weight"), graph.Make("Squeeze", "", [known, graph.Integers(-1)])]);
        var counts = graph.Make("Cast", "",
            [graph.Make("GreaterOrEqual", "", [label, graph.Index(0)])], Of("to", (long)DataType.Float));
        return graph.Make("Add", "", [points, graph.Make("Mul", "", [rows, counts])]);
    }
}
