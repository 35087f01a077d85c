using Segmentation.Decoder.Engine;
using Segmentation.Embeddings;
using Segmentation.Masks;
using Segmentation.Masks.Everything;
using Segmentation.Masks.Geometry;
using Segmentation.Masks.Polygons;
using Segmentation.Sam;
using Segmentation.Sam.Prompts;

namespace Segmentation.Decoder.Tests.Fakes;

/// <summary>One thread of the fake model.</summary>
internal sealed class FakeWorker(FakeEngine engine) : IDecodeWorker
{
    private int _runs;

    public Action? OnYield { get; set; }

    public IHotImage Prepare(Embedding embedding, CancellationToken cancellationToken) => Alone(() =>
    {
        engine.Enter($"prepare {embedding.Info.Width}", cancellationToken);
        return new FakeImage(embedding.Info);
    });

    public Embedding Restore(IHotImage image, CancellationToken cancellationToken)
    {
        engine.Runs.Enqueue($"restore {image.Info.Width}");
        return new(image.Info, new byte[Embedding.Length * 2]);
    }

    public IReadOnlyList<IReadOnlyList<SegmentedMask>> Segment(
        IHotImage image, IReadOnlyList<Prompt> prompts, SegmentOptions options, CancellationToken cancellationToken) =>
        Alone(() =>
        {
            engine.Enter($"segment {(prompts[0].Points.Count > 0 ? prompts[0].Points[0].X : 0)}", cancellationToken);
            return prompts.Select(prompt => Answer((FakeImage)image, prompt, options)).ToList();
        });

    public BatchResult Find(
        IHotImage image, EverythingPlan plan, PointBatch batch, CancellationToken cancellationToken) => Alone(() =>
    {
        engine.Enter($"find {string.Join(',', batch.Points)}", cancellationToken);
        var pixels = (uint)(image.Info.Width * image.Info.Height);
        return new BatchResult(
            [.. batch.Points.Select(point => new MaskCandidate
            {
                Point = point,
                Token = 1,
                PredictedIou = 0.9f,
                StabilityScore = 0.8f,
                RunLengths = new RunLengths(image.Info.Height, image.Info.Width, pixels - 1, 1),
                Area = 1,
                Box = new PixelBox(image.Info.Width - 1, image.Info.Height - 1, 1, 1),
            })],
            [.. batch.Points.Select(point => point + 1000)]);
    });

    // The area tells the prompt and its mask apart, the logits tell the token: what a test needs to see what was used.
    private static List<SegmentedMask> Answer(FakeImage image, Prompt prompt, SegmentOptions options)
    {
        var isMulti = options.MaskCount == MaskCount.Three
            || (options.MaskCount == MaskCount.Auto && prompt.IsAmbiguous);
        int[] tokens = isMulti ? [2, 1, 3] : [0];
        var seed = (prompt.Points.Count > 0 ? prompt.Points[0].X : 0) + (prompt.MaskLogits?[0] ?? 0);
        return tokens.Select(token =>
        {
            var pixels = (uint)(image.Info.Width * image.Info.Height);
            var inside = Math.Min((uint)seed + (uint)token, pixels);
            var logits = new float[256 * 256];
            Array.Fill(logits, seed + token);
            return new SegmentedMask
            {
                Token = token,
                PredictedIou = 0.9f,
                StabilityScore = 0.8f,
                RunLengths = new RunLengths(image.Info.Height, image.Info.Width, pixels - inside, inside),
                Area = inside,
                Box = new PixelBox(1, 2, 3, 4),
                Png = options.Forms.HasFlag(MaskForms.Png) ? [1, 2, 3] : null,
                Polygons = options.Forms.HasFlag(MaskForms.Polygons) ? [new MaskPolygon([0, 0, 1, 1], true)] : null,
                Logits = options.Forms.HasFlag(MaskForms.Logits) ? logits : null,
            };
        }).ToList();
    }

    private T Alone<T>(Func<T> run)
    {
        Assert.Equal(1, Interlocked.Increment(ref _runs));
        try
        {
            return run();
        }
        finally
        {
            Interlocked.Decrement(ref _runs);
        }
    }
}
