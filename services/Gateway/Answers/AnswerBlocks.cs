using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.Answers;

/// <summary>
/// The bytes of a large answer as they will be sent, in blocks that are given back one by one while the client takes
/// them. What was decoded is written into them as it comes, so an answer is held once. Not safe for concurrent use.
/// </summary>
internal sealed class AnswerBlocks : IBufferWriter<byte>, IDisposable
{
    /// <summary>Bytes of a block: large enough not to be moved by the garbage collector.</summary>
    private const int BlockBytes = 128 * 1024;

    /// <summary>
    /// Bytes that are handed over to the connection at a time, which is what it takes without waiting.
    /// </summary>
    private const int Piece = 64 * 1024;

    private readonly Queue<Block> _blocks = [];
    private Block? _last;

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    /// <summary>Adds a message without its length.</summary>
    public void Add(IMessage message) => message.WriteTo(this);

    public void Advance(int count)
    {
        // Protobuf advances by nothing before it asks for memory.
        if (count > 0)
        {
            _last!.Length += count;
            Length += count;
        }
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_last is null || BlockBytes - _last.Length < Math.Max(1, sizeHint))
        {
            _last = new Block(ArrayPool<byte>.Shared.Rent(Math.Max(BlockBytes, sizeHint)));
            _blocks.Enqueue(_last);
        }

        return _last.Bytes.AsMemory(_last.Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Sends everything at the client's pace; blocks are given back as they are taken.</summary>
    /// <param name="pipe">The connection.</param>
    /// <param name="held">The answer's bytes in the budget.</param>
    /// <param name="taking">Told of what was taken.</param>
    /// <param name="cancellationToken">The client has left.</param>
    /// <exception cref="CallerLeftException">The client has left.</exception>
    public async Task SendAsync(
        PipeWriter pipe, AnswerReservation held, AnswerWatch.Taking taking, CancellationToken cancellationToken)
    {
        while (_blocks.TryDequeue(out var block))
        {
            using (block)
            {
                for (var start = block.Start; start < block.Length; start += Piece)
                {
                    var piece = block.Bytes.AsMemory(start, Math.Min(Piece, block.Length - start));
                    var flushed = await pipe.WriteAsync(piece, cancellationToken);
                    if (flushed.IsCompleted || flushed.IsCanceled)
                    {
                        throw new CallerLeftException(new IOException("The connection takes no more."));
                    }

                    held.Taken(piece.Length);
                    taking.Take(piece.Length);
                }
            }

            // A client that keeps up must not keep the thread from others.
            await Task.Yield();
        }

        _last = null;
    }

    /// <summary>Takes bytes off the front.</summary>
    /// <param name="length">Bytes to take, at most <see cref="Length"/>.</param>
    /// <param name="read">Reads them; they are gone afterwards.</param>
    public T Take<T>(int length, Func<ReadOnlySequence<byte>, T> read)
    {
        var used = new List<(Block Block, int Length)>();
        Segment? first = null, last = null;
        var left = length;
        foreach (var block in _blocks)
        {
            if (left == 0)
            {
                break;
            }

            var part = Math.Min(left, block.Length - block.Start);
            last = new Segment(block.Bytes.AsMemory(block.Start, part), last);
            first ??= last;
            used.Add((block, part));
            left -= part;
        }

        var result = read(first is null ? default : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length));
        foreach (var (block, part) in used)
        {
            block.Start += part;
            if (block.Start == block.Length && block != _last)
            {
                _blocks.Dequeue().Dispose();
            }
        }

        return result;
    }

    public void Dispose()
    {
        while (_blocks.TryDequeue(out var block))
        {
            block.Dispose();
        }

        _last = null;
    }

    private sealed class Block(byte[] bytes) : IDisposable
    {
        public byte[] Bytes => bytes;

        public int Start { get; set; }

        public int Length { get; set; }

        public void Dispose() => ArrayPool<byte>.Shared.Return(bytes);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is not null)
            {
                before.Next = this;
                RunningIndex = before.RunningIndex + before.Memory.Length;
            }
        }
    }
}
