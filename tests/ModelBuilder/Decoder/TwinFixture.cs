using System.Collections.Concurrent;
using Segmentation.ModelBuilder.Decoder;
using Segmentation.ModelBuilder.Weights;
using Segmentation.Tests.Shared.Twins;

namespace Segmentation.ModelBuilder.Tests.Decoder;

/// <summary>
/// Our graphs of the twins' weights, built once for each kind of model, and one image. Weights of a kind are the same
/// in every layout (TwinWeightTests), so one build answers for all of its layouts.
/// </summary>
public sealed class TwinFixture : IDisposable
{
    private const int Grid = 64;
    private const int Side = 4 * Grid;
    private static readonly string[] _names = ["image_tokens", "k0", "v0", "q0"];
    private readonly ConcurrentDictionary<(bool IsSam2, bool IsMerged), Ours> _ours = new();

    public TwinFixture()
    {
        var random = new Random(3);
        float[] Numbers(int size, float range) =>
            [.. Enumerable.Range(0, size).Select(_ => ((2 * random.NextSingle()) - 1) * range)];
        Embedding = Numbers(TwinWeights.Width * Grid * Grid, 1);
        HighRes0 = Numbers(TwinWeights.Width / 8 * Side * Side, 0.5f);
        HighRes1 = Numbers(TwinWeights.Width / 4 * Side * Side / 4, 0.5f);
        Mask = Numbers(Side * Side, 10);
    }

    /// <summary>An embedding, [256,64,64].</summary>
    internal float[] Embedding { get; }

    /// <summary>SAM 2's features, [32,256,256].</summary>
    internal float[] HighRes0 { get; }

    /// <summary>SAM 2's features, [64,128,128].</summary>
    internal float[] HighRes1 { get; }

    /// <summary>Logits of an earlier mask, [256,256].</summary>
    internal float[] Mask { get; }

    /// <summary>Four masks [4,256,256] and scores [4] of a prompt with its padding, from our graphs.</summary>
    internal (float[] Logits, float[] Scores) Run(TwinOptions options, PromptPoints prompt, bool hasMask)
    {
        var ours = _ours.GetOrAdd((options.IsSam2, options.Merged), kind => new Ours(kind.IsSam2, kind.IsMerged, Embedding));
        var image = ours.Prepared;
        if (hasMask)
        {
            image = ours.Mask.Run(
            [
                .. _names.Zip(image, (name, value) => (name, value.AsInput())),
                ("mask_input", GraphRunner.Value(Mask, 1, 1, Side, Side)),
            ]);
        }

        var inputs = _names.Zip(image, (name, value) => (name, value.AsInput())).ToList();
        inputs.Add(("point_coords", GraphRunner.Value(prompt.Coordinates, 1, prompt.Labels.Length, 2)));
        inputs.Add(("point_labels", GraphRunner.Value(prompt.Labels, 1, prompt.Labels.Length)));
        inputs.Add(("mask_tokens", GraphRunner.Value(new long[] { 0, 1, 2, 3 }, 4)));
        inputs.Add(("grid_size", GraphRunner.Value(new long[] { Grid, Grid }, 2)));
        if (options.IsSam2)
        {
            inputs.Add(("high_res_0", GraphRunner.Value(HighRes0, 1, TwinWeights.Width / 8, Side, Side)));
            inputs.Add(("high_res_1", GraphRunner.Value(HighRes1, 1, TwinWeights.Width / 4, Side / 2, Side / 2)));
        }

        var outputs = ours.Decode.Run([.. inputs]);
        return (outputs[0].Values, outputs[1].Values);
    }

    public void Dispose()
    {
        foreach (var ours in _ours.Values)
        {
            ours.Dispose();
        }
    }

    private sealed class Ours : IDisposable
    {
        public Ours(bool isSam2, bool isMerged, float[] embedding)
        {
            var form = isSam2 ? TwinForm.RectLabel : TwinForm.Official;
            var (model, _) = DecoderTwin.Build(new TwinOptions { Form = form, Merged = isMerged });
            var weights = new DecoderWeightReader(new PublishedWeights(model, "twin.onnx")).Read();
            using var image = new GraphRunner(ImageGraph.Build(weights));
            Prepared = image.Run(("embedding", GraphRunner.Value(embedding, 1, TwinWeights.Width, Grid, Grid)));
            Mask = new GraphRunner(MaskGraph.Build(weights));
            Decode = new GraphRunner(DecodeGraph.Build(weights));
        }

        public IReadOnlyList<GraphRunner.Output> Prepared { get; }

        public GraphRunner Mask { get; }

        public GraphRunner Decode { get; }

        public void Dispose()
        {
            Mask.Dispose();
            Decode.Dispose();
        }
    }
}
