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
}
