using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>
/// Memory for the bytes of connections, in blocks of 4 KiB. A fixed number of blocks is pinned and used again; a flood
/// that needs more gets blocks that nobody keeps, so its memory is free once it is over. Kestrel's own pool keeps every
/// block that was ever needed and gives a twentieth of them back every ten seconds. Safe for concurrent use.
/// </summary>
internal sealed class BlockPool : MemoryPool<byte>
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = 4096;

    /// <summary>Blocks that are kept: 32 MiB.</summary>
    public const int MostKept = 8192;

    private readonly ConcurrentQueue<Block> _idle = new();
    private int _kept;

    public override int MaxBufferSize => BlockBytes;

    /// <summary>Takes a block.</summary>
    /// <param name="minBufferSize">At most <see cref="BlockBytes"/>; -1 for any.</param>
    /// <exception cref="ArgumentOutOfRangeException">A larger block was asked for.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        if (_idle.TryDequeue(out var idle))
        {
            idle.Take();
            return idle;
        }

        // A pinned block among those of a flood would keep the memory around it, so only those that stay are pinned.
        return Interlocked.Increment(ref _kept) <= MostKept
            ? new Block(this, MemoryMarshal.CreateFromPinnedArray(
                GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true), 0, BlockBytes))
            : Surplus();
    }

    protected override void Dispose(bool disposing) => _idle.Clear();

    private Block Surplus()
    {
        Interlocked.Decrement(ref _kept);
        return new Block(null, GC.AllocateUninitializedArray<byte>(BlockBytes));
    }

    private sealed class Block(BlockPool? pool, Memory<byte> memory) : IMemoryOwner<byte>
    {
        private int _isTaken = 1;

        public Memory<byte> Memory => memory;

        public void Take() => _isTaken = 1;

        /// <summary>Gives the block back, once.</summary>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isTaken, 0) == 1)
            {
                pool?._idle.Enqueue(this);
            }
        }
    }
}
