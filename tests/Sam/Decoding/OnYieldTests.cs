using Segmentation.Sam.Decoding;
using Segmentation.Sam.Masks;
using Segmentation.Sam.Prompts;
using Segmentation.Sam.Tests.Parity;

namespace Segmentation.Sam.Tests.Decoding;

/// <summary>What else a thread does while it decodes.</summary>
public sealed class OnYieldTests(DefaultModel model) : IClassFixture<DefaultModel>
{
    [Fact]
    public void Segment_OtherPromptsBetweenRows_BothGiveWhatTheyGiveAlone()
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
                found.Add(Segment(other, [prompts[0]], between));
        };

        Assert.Equal(alone, Segment(image, prompts));
        Assert.InRange(calls, 100 * prompts.Length, 1000 * prompts.Length);
        Assert.All(found, masks => Assert.Equal(otherAlone, masks));

        List<(float, RunLengths)> Segment(PreparedImage on, Prompt[] asked, SegmentWorkspace? with = null) =>
            [.. model.Segmenter.Segment(on, asked, options, with ?? workspace, CancellationToken.None)
                .SelectMany(masks => masks)
                .Select(mask => (mask.PredictedIou, mask.RunLengths))];
    }

    private static Prompt PromptAt(float x, float y) => new() { Points = [new(x, y, PointLabel.Foreground)] };
}
