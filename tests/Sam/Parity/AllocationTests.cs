using Segmentation.Sam.Masks;
using Segmentation.Sam.Prompts;

namespace Segmentation.Sam.Tests.Parity;

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

        // The first runs grow the buffers.
        var runs = 0L;
        long before = 0;
        for (var run = -3; run < Runs; run++)
        {
            if (run == 0)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            var masks = model.Segmenter.Segment(prepared, [prompt], options, workspace, CancellationToken.None)[0];
            runs = masks.Sum(mask => (long)mask.RunLengths.AsSpan().Length * sizeof(uint));
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Runs;
        TestContext.Current.TestOutputHelper!.WriteLine($"{image}: {bytes} bytes a click, {runs} of them run lengths");
        Assert.InRange(bytes - runs, 0, mostBytes);
    }

    [Fact]
    public void Segment_MasksAreLent_GivesTheSameWithoutACopyOfTheirRunLengths()
    {
        var prepared = model.Prepare("coffee.png");
        var options = new SegmentOptions { MaskCount = MaskCount.Three };
        var (kept, lent) = (model.Segmenter.CreateWorkspace(), model.Segmenter.CreateWorkspace(lendsMasks: true));
        var bytes = 0L;
        for (var run = 0; run < Runs; run++)
        {
            var prompt = new Prompt { Points = [new(50 * run + 20, 30 * run + 20, PointLabel.Foreground)] };
            var expected = model.Segmenter.Segment(prepared, [prompt], options, kept, CancellationToken.None)[0];
            var before = GC.GetAllocatedBytesForCurrentThread();
            var masks = model.Segmenter.Segment(prepared, [prompt], options, lent, CancellationToken.None)[0];
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;

            // All masks of a prompt together: none may lie in another's memory.
            foreach (var (mask, same) in masks.Zip(expected))
            {
                Assert.Equal(same.RunLengths, mask.RunLengths);
                Assert.Equal(same.RunLengths.ToCocoString(), mask.RunLengths.ToCocoString());
                Assert.Equal(same.RunLengths.Counts, mask.RunLengths.Counts);
                Assert.Equal((same.Area, same.Box), (mask.RunLengths.Area, mask.RunLengths.Box));
            }
        }

        Assert.InRange(bytes, 0, 8_000);
    }
}
