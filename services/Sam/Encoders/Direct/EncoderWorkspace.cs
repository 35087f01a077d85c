using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Encoders.Direct;

/// <summary>Memory and threads of one run of the encoder, kept for the next.</summary>
/// <param name="threads">Threads of a run, the caller's among them.</param>
internal sealed unsafe class EncoderWorkspace(int threads)
{
    private readonly AlignedBuffer?[] _maps = new AlignedBuffer?[Enum.GetValues<MapSlot>().Length];
    private readonly Arena[] _memory = [.. Enumerable.Range(0, threads).Select(_ => new Arena())];

    /// <summary>Parts to cut rows into that are made in turn: few, since each computes its edge again.</summary>
    public int Bands => threads == 1 ? 1 : 2 * threads;

    /// <summary>A map in a piece of memory; what was there before is lost.</summary>
    public FeatureMap Map(MapSlot slot, int channels, int side)
    {
        var length = FeatureMap.Length(channels, side);
        ref var buffer = ref _maps[(int)slot];
        if (buffer is null || buffer.Length < length)
        {
            buffer = new AlignedBuffer(length);
        }

        return new FeatureMap(buffer.Pointer, channels, side);
    }

    /// <summary>Does tasks on all threads, each thread the next one that is left.</summary>
    /// <param name="tasks">How many there are.</param>
    /// <param name="task">Does one, with memory that is its own.</param>
    /// <param name="cancellationToken">Ends it before the next task.</param>
    public void Run(int tasks, Action<Arena, int> task, CancellationToken cancellationToken)
    {
        var next = -1;
        void Work(Arena memory)
        {
            for (int i; !cancellationToken.IsCancellationRequested && (i = Interlocked.Increment(ref next)) < tasks;)
            {
                memory.Reset();
                task(memory, i);
            }
        }

        if (threads == 1)
        {
            Work(_memory[0]);
        }
        else
        {
            Parallel.For(0, threads, thread => Work(_memory[thread]));
        }

        cancellationToken.ThrowIfCancellationRequested();
    }
}
