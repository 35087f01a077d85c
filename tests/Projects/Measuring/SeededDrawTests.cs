using Segmentation.Projects.Measuring;

namespace Segmentation.Projects.Tests.Measuring;

public sealed class SeededDrawTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DrawAsync_OtherOrder_SameDraw()
    {
        var numbers = Enumerable.Range(1, 1000).Select(i => (long)i).ToArray();

        var forwards = await SeededDraw.DrawAsync(numbers.ToAsyncEnumerable(), 50, 7, Stop);
        var backwards = await SeededDraw.DrawAsync(numbers.Reverse().ToAsyncEnumerable(), 50, 7, Stop);

        Assert.Equal(50, forwards.Distinct().Count());
        Assert.Equal(forwards, backwards);
        Assert.Equal(forwards.Order(), forwards);
    }

    [Fact]
    public async Task DrawAsync_OtherSeed_OtherDraw()
    {
        var numbers = Enumerable.Range(1, 1000).Select(i => (long)i).ToArray();

        var one = await SeededDraw.DrawAsync(numbers.ToAsyncEnumerable(), 50, 7, Stop);
        var other = await SeededDraw.DrawAsync(numbers.ToAsyncEnumerable(), 50, 8, Stop);

        Assert.InRange(one.Intersect(other).Count(), 0, 12);
    }

    [Fact]
    public async Task DrawAsync_EveryPictureIsDrawnAboutAsOften()
    {
        var numbers = Enumerable.Range(1, 20).Select(i => (long)i).ToArray();
        var times = new int[21];
        for (var seed = 0; seed < 2000; seed++)
        {
            foreach (var drawn in await SeededDraw.DrawAsync(numbers.ToAsyncEnumerable(), 5, seed, Stop))
            {
                times[drawn]++;
            }
        }

        // 500 on average, with a standard deviation of 19.
        Assert.All(times.Skip(1), count => Assert.InRange(count, 400, 600));
    }

    [Fact]
    public async Task DrawAsync_MoreThanThereAre_All() => Assert.Equal(
        [1L, 2L], await SeededDraw.DrawAsync(new[] { 2L, 1L }.ToAsyncEnumerable(), 5, 1, Stop));
}
