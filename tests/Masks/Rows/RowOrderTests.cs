using Segmentation.Masks.Rows;

namespace Segmentation.Masks.Tests.Rows;

public sealed class RowOrderTests
{
    [Fact]
    public void Visit_SmallMask_GoesOnOverTheEndsOfRows()
    {
        byte[] pixels =
        [
            0, 0, 1, 1,
            1, 0, 0, 0,
            0, 0, 1, 1,
        ];

        Assert.Equal([2, 3, 5, 2], RunsOf(RunLengths.FromBytes(3, 4, pixels)));
    }

    [Theory]
    [InlineData(0, 6L)]
    [InlineData(1, 0L, 6L)]
    public void Visit_OneValue_IsOneRun(byte value, params long[] expected) =>
        Assert.Equal(expected, RunsOf(RunLengths.FromBytes(2, 3, [value, value, value, value, value, value])));

    [Fact]
    public void Visit_AnyMask_GivesThePixelsBack()
    {
        var random = new Random(7);
        for (var round = 0; round < 50; round++)
        {
            var (height, width) = (random.Next(1, 40), random.Next(1, 40));
            var pixels = new byte[height * width];
            random.NextBytes(pixels);
            var share = random.Next(1, 255);
            pixels = [.. pixels.Select(value => (byte)(value < share ? 1 : 0))];
            var mask = RunLengths.FromBytes(height, width, pixels);

            var read = RunsOf(mask).SelectMany((run, index) => Enumerable.Repeat((byte)(index % 2), (int)run));

            Assert.Equal(pixels, read);
        }
    }

    [Fact]
    public void Visit_Cancelled_Ends()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.Throws<OperationCanceledException>(() => RowOrder.Visit(
            RunLengths.FromBytes(1, 1, [1]), _ => { }, new YieldPoint(null, cancellation.Token)));
    }

    private static List<long> RunsOf(RunLengths mask)
    {
        List<long> runs = [];
        RowOrder.Visit(mask, runs.Add);
        return runs;
    }
}
