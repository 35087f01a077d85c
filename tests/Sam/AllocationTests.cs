using Segmentation.Masks;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Prompts;
using Segmentation.Tests.Shared;

namespace Segmentation.Sam.Tests;

/// <summary>
/// What a click leaves for the garbage collector, whose pauses are felt under the pointer: the answer, and little else.
/// Logits, features and pixels are in buffers that a thread keeps.
/// </summary>
public sealed class AllocationTests(DefaultModel model) : IClassFixture<DefaultModel>
{
    private const int Runs = 10;

    [Theory]
    [InlineData("coffee.png", 8_000)]
    [InlineData("seeding.jpg", 8_000)]
    public void Segment_ThreeMasks_AllocatesTheAnswer(string image, long mostBytes)
    {
        var prepared = model.Prepare(image);
        var size = prepared.Geometry;
        var prompt = new Prompt { Points = [new(size.Width / 2f, size.Height / 2f, PointLabel.Foreground)] };
        var options = new SegmentOptions { MaskCount = MaskCount.Three };
        var workspace = model.Segmenter.CreateWorkspace();

        IReadOnlyList<SegmentedMask> masks = [];
        var bytes = Allocated.Least(Runs, () =>
            masks = model.Segmenter.Segment(prepared, [prompt], options, workspace, CancellationToken.None)[0]);
        var runs = masks.Sum(mask => (long)mask.RunLengths.AsSpan().Length * sizeof(uint));

        TestContext.Current.TestOutputHelper!.WriteLine($"{image}: {bytes} bytes a click, {runs} of them run lengths");
        Assert.InRange(bytes - runs, 0, mostBytes);
    }

    [Fact]
    public void Segment_MasksAreLent_GivesTheSameWithoutACopyOfTheirRunLengths()
    {
        var prepared = model.Prepare("coffee.png");
        var options = new SegmentOptions { MaskCount = MaskCount.Three };
        var (kept, lent) = (model.Segmenter.CreateWorkspace(), model.Segmenter.CreateWorkspace(lendsMasks: true));
        for (var run = 0; run < Runs; run++)
        {
            var prompt = new Prompt { Points = [new(50 * run + 20, 30 * run + 20, PointLabel.Foreground)] };
            var expected = Segment(prompt, kept);

            // All masks of a prompt together: none may lie in another's memory.
            foreach (var (mask, same) in Segment(prompt, lent).Zip(expected))
            {
                Assert.Equal(same.RunLengths, mask.RunLengths);
                Assert.Equal(same.RunLengths.ToCocoString(), mask.RunLengths.ToCocoString());
                Assert.Equal(same.RunLengths.Counts, mask.RunLengths.Counts);
                Assert.Equal((same.Area, same.Box), (mask.RunLengths.Area, mask.RunLengths.Box));
            }
        }

        var centre = new Prompt { Points = [new(300, 200, PointLabel.Foreground)] };
        Assert.InRange(Allocated.Least(Runs, () => Segment(centre, lent)), 0, 8_000);

        IReadOnlyList<SegmentedMask> Segment(Prompt prompt, SegmentWorkspace workspace) =>
            model.Segmenter.Segment(prepared, [prompt], options, workspace, CancellationToken.None)[0];
    }
}
