using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>Memory and threads of one run of the encoder, kept for the next.</summary>
/// <param name="threads">Threads of a run, the caller's among them.</param>
internal sealed unsafe class EncoderWorkspace(int threads) : IDisposable
{
    private readonly AlignedBuffer?[] _maps = new AlignedBuffer?[Enum.GetValues<BufferSlot>().Length];
    private readonly Arena[] _memory = [.. Enumerable.Range(0, threads).Select(_ => new Arena())];
    private readonly ForkJoinPool _team = new(threads);

    // Parts to cut rows into that are made in turn: few, since each computes its edge again.
    private int Bands => _team.Count == 1 ? 1 : 2 * _team.Count;

    /// <summary>A map in a piece of memory; what was there before is lost.</summary>
    /// <param name="slot">The piece of memory.</param>
    /// <param name="channels">Channels of the map.</param>
    /// <param name="side">Rows and columns.</param>
    /// <param name="alike">Rows that will be alike.</param>
    public FeatureMap Map(BufferSlot slot, int channels, int side, RowRange alike = default)
    {
        var length = FeatureMap.Length(channels, side);
        ref var buffer = ref _maps[(int)slot];
        if (buffer is null || buffer.Length < length)
        {
            buffer = new AlignedBuffer(length);
        }

        return new FeatureMap(buffer.Pointer, channels, side, alike);
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose() => _team.Dispose();

    /// <summary>Makes a map's rows, of those that are alike only the first.</summary>
    /// <param name="map">The map.</param>
    /// <param name="make">Makes rows from one up to another, in turn, with memory of its own.</param>
    /// <param name="cancellationToken">Ends it before the next part.</param>
    public void RunRows(FeatureMap map, Action<Arena, int, int> make, CancellationToken cancellationToken)
    {
        var (upTo, from) = map.Alike.Repeats ? (map.Alike.From + 1, map.Alike.To) : (map.Side, map.Side);
        var bands = Bands;
        Run(
            from < map.Side ? bands + 1 : bands,
            (memory, band) =>
            {
                if (band < bands)
                {
                    make(memory, band * upTo / bands, (band + 1) * upTo / bands);
                }
                else
                {
                    make(memory, from, map.Side);
                }
            },
            cancellationToken);
        Run(from - upTo, (_, row) => map.CopyRow(upTo - 1, upTo + row), cancellationToken);
    }

    /// <summary>Does tasks on all threads, each thread the next one that is left.</summary>
    /// <param name="tasks">How many there are.</param>
    /// <param name="task">Does one, with memory that is its own.</param>
    /// <param name="cancellationToken">Ends it before the next task.</param>
    public void Run(int tasks, Action<Arena, int> task, CancellationToken cancellationToken)
    {
        if (tasks == 0)
        {
            return;
        }

        var next = -1;
        _team.Run(worker =>
        {
            var memory = _memory[worker];
            for (int i; !cancellationToken.IsCancellationRequested && (i = Interlocked.Increment(ref next)) < tasks;)
            {
                memory.Reset();
                task(memory, i);
            }
        });
        cancellationToken.ThrowIfCancellationRequested();
    }
}
