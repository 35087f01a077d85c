using Microsoft.ML.OnnxRuntime;
using Segmentation.Tests.Shared.Twins;

namespace Segmentation.ModelBuilder.Tests.Decoder;

/// <summary>Published graphs, run as they are, answer as our graphs of their weights do.</summary>
public sealed class TwinGraphTests(TwinFixture twins) : IClassFixture<TwinFixture>
{
    private const int Plane = 256 * 256;

    // Two points; then a box with an earlier mask, where the layout takes both.
    private static readonly PromptPoints _points = new([300, 200, 700, 540], [1, 0]);
    private static readonly PromptPoints _box = new([180, 60, 500, 350], [2, 3]);

    public static TheoryData<string> Layouts => [.. TwinCases.All.Keys];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Run_PublishedLayout_AnswersAsOurGraphsDo(string layout)
    {
        var options = TwinCases.All[layout];
        using var published = new GraphRunner(DecoderTwin.Build(options).Model);

        AssertClose(options, published, _points, hasMask: false);
        if (!options.IsHuggingFace)
        {
            AssertClose(options, published, _box, hasMask: true);
        }
    }

    private void AssertClose(TwinOptions options, GraphRunner published, PromptPoints prompt, bool hasMask)
    {
        // SAM 1 has no padding behind a box. Hugging Face's graphs and those of SAM 2 add theirs themselves.
        var isPadded = options.IsSam2 || prompt != _box;
        var complete = isPadded ? new PromptPoints([.. prompt.Coordinates, 0, 0], [.. prompt.Labels, -1]) : prompt;
        var (logits, scores) = twins.Run(options, complete, hasMask);
        var isGiven = options.Form == TwinForm.Official;
        var outputs = published.Run([.. Inputs(options, isGiven ? complete : prompt, hasMask)]);

        var (first, theirScores, theirLogits) = Answers(options, outputs);
        if (options.SingleMask && !isPadded)
        {
            // Two points: the best of the three masks, which the graph finds.
            first = 1 + Array.IndexOf(scores[1..], scores[1..].Max());
        }

        var wanted = logits.AsSpan(first * Plane, theirLogits.Length);
        var range = logits.Max() - logits.Min();
        Assert.True(range > 1, "Logits of these weights should vary.");
        Assert.InRange(Distance(Clip(options, wanted), theirLogits), 0, Tolerance(options) * range);
        if (!options.StabilityScores)
        {
            Assert.InRange(Distance(scores.AsSpan(first, theirScores.Length), theirScores), 0, Tolerance(options) * range);
        }
    }

    private IEnumerable<(string Name, OrtValue Value)> Inputs(TwinOptions options, PromptPoints prompt, bool hasMask)
    {
        var count = prompt.Labels.Length;
        OrtValue Planes(float[] values, int channels, int side) => GraphRunner.Value(values, 1, channels, side, side);
        var (embedding, high0, high1) = options.Form switch
        {
            TwinForm.SamExporter => ("image_embed", "high_res_feats_0", "high_res_feats_1"),
            TwinForm.HuggingFaceSam2 => ("image_embeddings.2", "image_embeddings.0", "image_embeddings.1"),
            _ => ("image_embeddings", "high_res_features1", "high_res_features2"),
        };
        yield return (embedding, Planes(twins.Embedding, 256, 64));
        if (options.IsSam2)
        {
            yield return (high0, Planes(twins.HighRes0, 32, 256));
            yield return (high1, Planes(twins.HighRes1, 64, 128));
        }

        if (options.IsHuggingFace)
        {
            yield return ("input_points", GraphRunner.Value(prompt.Coordinates, 1, 1, count, 2));
            yield return ("input_labels",
                GraphRunner.Value(Array.ConvertAll(prompt.Labels, label => (long)label), 1, 1, count));
            if (!options.IsSam2)
            {
                yield return ("image_positional_embeddings", Planes(PositionOf(options), 256, 64));
            }

            yield break;
        }

        yield return ("point_coords", GraphRunner.Value(prompt.Coordinates, 1, count, 2));
        yield return ("point_labels", GraphRunner.Value(prompt.Labels, 1, count));
        yield return ("mask_input", GraphRunner.Value(hasMask ? twins.Mask : new float[Plane], 1, 1, 256, 256));
        yield return ("has_mask_input", GraphRunner.Value(new[] { hasMask ? 1f : 0 }, 1));
        if (options.Form == TwinForm.Official)
        {
            yield return ("orig_im_size", GraphRunner.Value(new[] { 400f, 600 }, 2));
        }
        else if (options.Form == TwinForm.RectLabel)
        {
            yield return ("orig_im_size", GraphRunner.Value(new[] { 400L, 600 }, 2));
        }
    }

    // First token, scores and logits of the published outputs.
    private static (int First, float[] Scores, float[] Logits) Answers(
        TwinOptions options, IReadOnlyList<GraphRunner.Output> outputs) => options switch
        {
            { ExtraMetrics: true } => (0, outputs[1].Values, outputs[4].Values),
            { Form: TwinForm.Official or TwinForm.RectLabel } => (0, outputs[1].Values, outputs[2].Values),
            { Form: TwinForm.SamExporter } => (1, outputs[1].Values, outputs[0].Values),
            _ => (1, outputs[0].Values, outputs[1].Values),
        };

    // Reference: PositionEmbeddingRandom over the grid, which Hugging Face's encoder gives.
    private static float[] PositionOf(TwinOptions options)
    {
        const int Grid = 64, Half = TwinWeights.Width / 2;
        var frequencies = new TwinWeights(options)["pe_layer.positional_encoding_gaussian_matrix"].Values;
        var position = new float[TwinWeights.Width * Grid * Grid];
        for (var cell = 0; cell < Grid * Grid; cell++)
        {
            var (x, y) = ((((cell % Grid) + 0.5) / Grid * 2) - 1, (((cell / Grid) + 0.5) / Grid * 2) - 1);
            for (var i = 0; i < Half; i++)
            {
                var (sine, cosine) = Math.SinCos(2 * Math.PI * ((x * frequencies[i]) + (y * frequencies[Half + i])));
                position[(i * Grid * Grid) + cell] = (float)sine;
                position[((Half + i) * Grid * Grid) + cell] = (float)cosine;
            }
        }

        return position;
    }

    // Share of the logits' range: rounding, the other GELU, 16-bit numbers between nodes, factors quantised in 8 bits.
    private static float Tolerance(TwinOptions options) => options switch
    {
        { Numbers: TwinNumbers.Full, TanhGelu: false } => 1e-3f,
        { Numbers: TwinNumbers.Full } => 2e-3f,
        { Numbers: TwinNumbers.Half } => 1e-2f,
        _ => 0.3f,
    };

    private static float[] Clip(TwinOptions options, ReadOnlySpan<float> logits) => options switch
    {
        { Form: TwinForm.SamExporter or TwinForm.RectLabel } =>
            Array.ConvertAll(logits.ToArray(), value => Math.Clamp(value, -32, 32)),
        _ => logits.ToArray(),
    };

    private static float Distance(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var largest = 0f;
        for (var i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected[i] - actual[i]));
        }

        return largest;
    }
}
