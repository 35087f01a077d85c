namespace Segmentation.Tests.Shared;

/// <summary>What a piece of work leaves for the garbage collector.</summary>
internal static class Allocated
{
    /// <summary>
    /// The fewest bytes that the work allocated on this thread in so many runs. A runtime allocates on the threads that
    /// use it, too: its tables of statics and literals grow by kilobytes, and code that is not yet optimized boxes
    /// more. So no single run can be believed, and what the work itself allocates is there in all of them. First runs,
    /// which grow buffers, do not count either.
    /// </summary>
    public static long Least(int runs, Action work)
    {
        var least = long.MaxValue;
        for (var run = 0; run < runs; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
