using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Models;
using Segmentation.Models.Layouts;
using Segmentation.Sam;
using Segmentation.Sam.Prompts;
using Segmentation.Sam.Runtime;

namespace Segmentation.Cli.Catalogue;

/// <summary>Compares the kernels of a model with its published decoder: same embedding, same prompts.</summary>
internal sealed class DecoderComparison : IDisposable
{
    private readonly Segmenter _kernels;
    private readonly Segmenter _published;
    private readonly DecoderLayout _layout;
    private readonly DecoderLayout _publishedLayout;

    /// <param name="kernels">The model as it is served.</param>
    /// <param name="published">The same model with its published decoder.</param>
    /// <param name="runtime">Threads.</param>
    public DecoderComparison(ModelPackage kernels, ModelPackage published, RuntimeOptions runtime)
    {
        (_layout, _publishedLayout) = (kernels.Layout.Decoder, published.Layout.Decoder);
        _kernels = new Segmenter(kernels, runtime);
        _published = new Segmenter(published, runtime);
    }

    /// <summary>Compares on one picture.</summary>
    /// <param name="embedding">Its flat embedding.</param>
    /// <param name="geometry">Its sizes.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    public Agreement Compare(float[] embedding, ImageGeometry geometry, CancellationToken cancellationToken)
    {
        var ours = _kernels.Prepare(embedding, geometry, cancellationToken);
        var theirs = _published.Prepare(embedding, geometry, cancellationToken);
        var (ourSpace, theirSpace) = (_kernels.CreateWorkspace(), _published.CreateWorkspace());
        var found = new Agreement(0, 0, 0);
        float[]? mask = null;
        foreach (var (prompt, count) in Prompts(geometry, () => mask))
        {
            var options = new SegmentOptions { MaskCount = count, Forms = MaskForms.Logits };
            var expected = _published.Segment(theirs, [prompt], options, theirSpace, cancellationToken)[0];
            mask ??= expected[0].Logits;

            IReadOnlyList<SegmentedMask> Ours(MaskCount wanted) => _kernels.Segment(
                ours, [prompt], options with { MaskCount = wanted }, ourSpace, cancellationToken)[0];

            foreach (var one in expected)
            {
                SegmentedMask[] candidates = _publishedLayout.Tokens is [0]
                    // One mask is the single token, or the best of three where the export chooses so itself.
                    ? [Ours(MaskCount.One)[0], Ours(MaskCount.Three)[0]]
                    : [.. Ours(count).Where(other => other.Token == one.Token)];
                if (candidates.Length > 0)
                {
                    var (logits, scores) = candidates
                        .Select(other => Difference(one, other))
                        .MinBy(pair => pair.Logits);
                    found = new Agreement(
                        Math.Max(found.Logits, logits), Math.Max(found.Scores, scores), found.Masks + 1);
                }
            }
        }

        return found;
    }

    public void Dispose()
    {
        _kernels.Dispose();
        _published.Dispose();
    }

    // Prompts that both take.
    private IEnumerable<(Prompt Prompt, MaskCount Count)> Prompts(ImageGeometry geometry, Func<float[]?> mask)
    {
        var (width, height) = ((float)geometry.Width, (float)geometry.Height);
        PointPrompt centre = new(width / 2, height / 2, PointLabel.Foreground);
        PointPrompt other = new(width / 8, height / 3, PointLabel.Background);
        PointPrompt[] points = [centre, other, centre with { X = width * 0.6f }];
        Prompt[] prompts = [new() { Points = [centre] }, new() { Points = points }];
        if (_layout.Box != BoxPort.None && _publishedLayout.Box != BoxPort.None)
        {
            prompts = [.. prompts, new() { Box = new(width / 4, height / 5, width * 3 / 4, height * 2 / 3) }];
        }

        foreach (var prompt in prompts)
        {
            yield return (prompt, MaskCount.Three);
            yield return (prompt, MaskCount.One);
        }

        if (_layout.TakesMask && _publishedLayout.TakesMask)
        {
            yield return (new() { Points = [centre, other], MaskLogits = mask() }, MaskCount.One);
        }
    }

    private static (double Logits, double Scores) Difference(SegmentedMask expected, SegmentedMask actual)
    {
        var (low, high, largest) = (float.MaxValue, float.MinValue, 0f);
        for (var i = 0; i < expected.Logits!.Length; i++)
        {
            var value = expected.Logits[i];
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
            largest = Math.Max(largest, Math.Abs(value - actual.Logits![i]));
        }

        // The negation counts a NaN as a difference.
        var part = !(high > low) ? (largest == 0 ? 0 : double.PositiveInfinity) : largest / (double)(high - low);
        return (
            double.IsNaN(part) ? double.PositiveInfinity : part,
            Math.Abs(expected.PredictedIou - actual.PredictedIou));
    }
}
