using System.Runtime.CompilerServices;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.ServiceDefaults.Tests.Hosting;

/// <summary>Runs alone: it measures the memory of the process.</summary>
[Collection(Alone)]
public sealed class BlockPoolTests
{
    private const string Alone = "memory of the process";

    /// <summary>Four times what the pool keeps.</summary>
    private const int Blocks = 4 * BlockPool.MostKept;

    [Fact]
    public void Rent_AfterABlockCameBack_UsesItAgain()
    {
        using var pool = new BlockPool();
        var block = pool.Rent();
        block.Dispose();
        block.Dispose();

        using var again = pool.Rent(BlockPool.BlockBytes);
        using var other = pool.Rent();

        Assert.Same(block, again);
        Assert.NotSame(again, other);
        Assert.Equal(BlockPool.BlockBytes, again.Memory.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(BlockPool.BlockBytes + 1));
    }

    [Fact]
    public void Rent_MoreThanAreKept_TheirMemoryIsFreeAfterwards()
    {
        using var pool = new BlockPool();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        Flood(pool, before);

        // A quarter is kept, with the objects around each block.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, (long)Blocks * BlockPool.BlockBytes / 3);
    }

    // A method of its own: its blocks are not in use any more when it returns.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Flood(BlockPool pool, long before)
    {
        var blocks = Enumerable.Range(0, Blocks).Select(_ => pool.Rent()).ToList();
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before >= (long)Blocks * BlockPool.BlockBytes);
        blocks.ForEach(block => block.Dispose());
    }

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class RunAlone;
}
