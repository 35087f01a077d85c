using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>Memory and threads of one run of the encoder, reused by the next.</summary>
/// <param name="threads">Threads of a run, the caller's among them.</param>
internal sealed unsafe class EncoderWorkspace(int threads) : IDisposable
{
    private readonly AlignedBuffer?[] _maps = new AlignedBuffer?[Enum.GetValues<BufferSlot>().Length];
    private readonly Arena[] _memory = [.. Enumerable.Range(0, threads).Select(_ => new Arena())];
    private readonly ForkJoinPool _pool = new(threads);

    // Bands of rows that are computed in turn: few, since each computes the rows at its edge again.
    private int Bands => _pool.Count == 1 ? 1 : 2 * _pool.Count;

    /// <summary>Returns a map in a buffer; the map that was there before is lost.</summary>
    /// <param name="slot">The buffer.</param>
    /// <param name="channels">Channels of the map.</param>
    /// <param name="side">Rows and columns.</param>
    /// <param name="alike">Rows that will be identical.</param>
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
    public void Dispose() => _pool.Dispose();

    /// <summary>Computes a map's rows; of identical rows the first is computed and copied.</summary>
    /// <param name="map">The map.</param>
    /// <param name="make">Computes the rows from one up to another, in order, with memory of its own.</param>
    /// <param name="cancellationToken">Ends the run before the next band.</param>
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

    /// <summary>Runs tasks on all threads; each thread takes the next task that is left.</summary>
    /// <param name="tasks">Their number.</param>
    /// <param name="task">Runs one, with memory of its own.</param>
    /// <param name="cancellationToken">Ends the run before the next task.</param>
    public void Run(int tasks, Action<Arena, int> task, CancellationToken cancellationToken)
    {
        if (tasks == 0)
        {
            return;
        }

        var next = -1;
        _pool.Run(worker =>
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

/// <summary>Buffers that feature maps use one after the other.</summary>
internal enum BufferSlot
{
    /// <summary>Input or output of a block, in turn with <see cref="Second"/>.</summary>
    First,

    /// <summary>Input or output of a block.</summary>
    Second,

    /// <summary>Queries, keys and values.</summary>
    Projected,

    /// <summary>Output of window attention, before its output projection.</summary>
    Attended,
}
