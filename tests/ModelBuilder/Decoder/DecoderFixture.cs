using Segmentation.ModelBuilder.Decoder;
using Segmentation.ModelBuilder.Tests.Published;

namespace Segmentation.ModelBuilder.Tests.Decoder;

/// <summary>The published form of a small decoder and our graphs of the same weights.</summary>
public sealed class DecoderFixture : IDisposable
{
    private const int Grid = 64;
    private readonly GraphRunner _published;
    private readonly GraphRunner _image;
    private readonly GraphRunner _mask;
    private readonly GraphRunner _decode;
    private readonly IReadOnlyList<GraphRunner.Output> _prepared;

    public DecoderFixture()
    {
        var published = PublishedDecoder.Build();
        var weights = new DecoderWeightReader(published).Read();
        _published = new GraphRunner(published.Model);
        _image = new GraphRunner(ImageGraph.Build(weights));
        _mask = new GraphRunner(MaskGraph.Build(weights));
        _decode = new GraphRunner(DecodeGraph.Build(weights));
        var random = new Random(11);
        const int Cells = Grid * Grid;
        Embedding = [.. Enumerable.Range(0, PublishedDecoder.Width * Cells).Select(_ => random.NextSingle() - 0.5f)];
        Mask = [.. Enumerable.Range(0, 16 * Cells).Select(_ => (random.NextSingle() * 20) - 10)];
        _prepared = _image.Run(("embedding", GraphRunner.Value(Embedding, 1, PublishedDecoder.Width, Grid, Grid)));
    }

    /// <summary>A mask prompt, logits [256,256].</summary>
    public float[] Mask { get; }

    private float[] Embedding { get; }

    /// <summary>All four masks [4,256,256] and scores [4] of one prompt, as published.</summary>
    internal (float[] Logits, float[] Scores) RunPublished(PromptPoints prompt, float[]? mask = null)
    {
        var outputs = _published.Run(
            ("image_embeddings", GraphRunner.Value(Embedding, 1, PublishedDecoder.Width, Grid, Grid)),
            ("point_coords", GraphRunner.Value(prompt.Coordinates, 1, prompt.Labels.Length, 2)),
            ("point_labels", GraphRunner.Value(prompt.Labels, 1, prompt.Labels.Length)),
            ("mask_input", GraphRunner.Value(mask ?? new float[16 * Grid * Grid], 1, 1, 4 * Grid, 4 * Grid)),
            ("has_mask_input", GraphRunner.Value(new[] { mask is null ? 0f : 1f }, 1)));
        return (outputs[0].Values, outputs[1].Values);
    }

    /// <summary>Prompts of equal length through our graphs.</summary>
    internal (GraphRunner.Output Logits, GraphRunner.Output Scores) Run(
        PromptPoints[] prompts, long[] masks, long rows, long columns, float[]? mask = null)
    {
        string[] names = ["image_tokens", "k0", "v0", "q0"];
        var image = _prepared;
        if (mask is not null)
        {
            image = _mask.Run(
            [
                .. names.Zip(_prepared, (name, value) => (name, value.AsInput())),
                ("mask_input", GraphRunner.Value(mask, 1, 1, 4 * Grid, 4 * Grid)),
            ]);
        }

        var points = prompts[0].Labels.Length;
        var outputs = _decode.Run(
        [
            .. names.Zip(image, (name, value) => (name, value.AsInput())),
            ("point_coords", GraphRunner.Value(
                prompts.SelectMany(prompt => prompt.Coordinates).ToArray(), prompts.Length, points, 2)),
            ("point_labels", GraphRunner.Value(
                prompts.SelectMany(prompt => prompt.Labels).ToArray(), prompts.Length, points)),
            ("mask_tokens", GraphRunner.Value(masks, masks.Length)),
            ("grid_size", GraphRunner.Value(new[] { rows, columns }, 2)),
        ]);
        return (outputs[0], outputs[1]);
    }

    public void Dispose()
    {
        _published.Dispose();
        _image.Dispose();
        _mask.Dispose();
        _decode.Dispose();
    }
}
