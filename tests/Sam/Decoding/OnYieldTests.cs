using Segmentation.Masks;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Prompts;

namespace Segmentation.Sam.Tests.Decoding;

/// <summary>Other work on a decoding thread between grid rows.</summary>
public sealed class OnYieldTests(DefaultModel model) : IClassFixture<DefaultModel>
{
    [Fact]
    public void Segment_OtherPromptsOnYield_BothGiveWhatTheyGiveAlone()
    {
        var (image, other) = (model.Prepare("coffee.png"), model.Prepare("seeding.jpg"));
        Prompt[] prompts = [PromptAt(150, 200), PromptAt(300, 250), PromptAt(400, 100)];
        var options = new SegmentOptions { MaskCount = MaskCount.Three };
        var (workspace, between) = (model.Segmenter.CreateWorkspace(), model.Segmenter.CreateWorkspace());
        var alone = Segment(image, prompts);
        var otherAlone = Segment(other, [prompts[0]], between);

        // In every pass and around it; every call would be right, and take long.
        var calls = 0;
        var found = new List<List<(float, RunLengths)>>();
        workspace.OnYield = () =>
        {
            if (calls++ % 17 == 0)
            {
                found.Add(Segment(other, [prompts[0]], between));
            }
        };

        Assert.Equal(alone, Segment(image, prompts));
        Assert.InRange(calls, 100 * prompts.Length, 1000 * prompts.Length);
        Assert.All(found, masks => Assert.Equal(otherAlone, masks));

        List<(float, RunLengths)> Segment(PreparedImage on, Prompt[] asked, SegmentWorkspace? with = null) =>
            [.. model.Segmenter.Segment(on, asked, options, with ?? workspace, CancellationToken.None)
                .SelectMany(masks => masks)
                .Select(mask => (mask.PredictedIou, mask.RunLengths))];
    }

    [Fact]
    public void Segment_FormsOfALargeImage_LetOthersInAndGiveWhatTheyGiveAlone()
    {
        var (_, values) = model.Embedding("coffee.png");
        var image = model.Segmenter.Prepare(values, new(12_000, 8_000), CancellationToken.None);
        var other = model.Prepare("seeding.jpg");
        var options = new SegmentOptions
        {
            MaskCount = MaskCount.One, Forms = MaskForms.Png | MaskForms.Polygons,
        };
        var (workspace, between) = (model.Segmenter.CreateWorkspace(), model.Segmenter.CreateWorkspace());
        var alone = Segment();
        var calls = 0;
        workspace.OnYield = () =>
        {
            if (calls++ % 500 == 0)
            {
                model.Segmenter.Segment(other, [PromptAt(150, 200)], options, between, CancellationToken.None);
            }
        };

        var mask = Segment();

        Assert.InRange(calls, 1500, int.MaxValue);
        Assert.Equal(alone.RunLengths, mask.RunLengths);
        Assert.Equal(alone.Png, mask.Png);
        Assert.Equal(alone.Polygons!.Select(p => p.Coordinates), mask.Polygons!.Select(p => p.Coordinates));

        SegmentedMask Segment() => model.Segmenter.Segment(
            image, [PromptAt(6000, 4000)], options, workspace, CancellationToken.None)[0][0];
    }

    [Fact]
    public void PrepareAndMaskPrompt_GraphsOfTheImage_LetOthersInAndGiveWhatTheyGiveAlone()
    {
        var (geometry, values) = model.Embedding("coffee.png");
        var calls = 0;
        var image = model.Segmenter.Prepare(values, geometry, new YieldPoint(() => calls++, CancellationToken.None));
        Assert.InRange(calls, 1, int.MaxValue);

        var workspace = model.Segmenter.CreateWorkspace();
        var prompt = PromptAt(150, 200) with { MaskLogits = new float[256 * 256] };
        var expected = Segment(model.Prepare("coffee.png"));
        using var leaves = new CancellationTokenSource();
        workspace.OnYield = leaves.Cancel;

        // The first call comes from the graph: the rows of the decoder are behind it.
        Assert.ThrowsAny<OperationCanceledException>(() => model.Segmenter.Segment(
            image, [prompt], SegmentOptions.Default, workspace, leaves.Token));
        workspace.OnYield = () => { };
        Assert.Equal(expected, Segment(image));

        RunLengths Segment(PreparedImage on) => model.Segmenter.Segment(
            on, [prompt], SegmentOptions.Default, workspace, CancellationToken.None)[0][0].RunLengths;
    }

    [Fact]
    public void Prepare_CancelledBetween_EndsTheGraph()
    {
        var (geometry, values) = model.Embedding("coffee.png");
        using var leaves = new CancellationTokenSource();
        var yieldPoint = new YieldPoint(leaves.Cancel, leaves.Token);
        Assert.ThrowsAny<OperationCanceledException>(() => model.Segmenter.Prepare(values, geometry, yieldPoint));
    }

    private static Prompt PromptAt(float x, float y) => new() { Points = [new(x, y, PointLabel.Foreground)] };
}
