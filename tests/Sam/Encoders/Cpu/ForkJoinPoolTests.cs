using Segmentation.Sam.Encoders.Cpu;

namespace Segmentation.Sam.Tests.Encoders.Cpu;

/// <summary>Threads that work together.</summary>
public sealed class ForkJoinPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Run_ManyTimes_HasAllWorkOncePerCall(int threads)
    {
        using var pool = new ForkJoinPool(threads);
        for (var run = 0; run < 1000; run++)
        {
            var calls = 0;
            pool.Run(_ => Interlocked.Increment(ref calls));
            Assert.Equal(threads, calls);
        }
    }

    [Fact]
    public void Run_WorkFails_ThrowsItAndGoesOn()
    {
        using var pool = new ForkJoinPool(3);
        Assert.Throws<InvalidOperationException>(() => pool.Run(worker =>
        {
            if (worker > 0)
            {
                throw new InvalidOperationException("A helper's.");
            }
        }));

        var calls = 0;
        pool.Run(_ => Interlocked.Increment(ref calls));
        Assert.Equal(3, calls);
    }
}
