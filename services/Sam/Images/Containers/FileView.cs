using System.Runtime.InteropServices;

namespace Segmentation.Sam.Images.Containers;

/// <summary>
/// Bytes that a library is given instead of the whole file: pieces of the file and a few bytes made here, in order,
/// none of them copied. Leaves out what is not needed for the first picture and what would cost the library time.
/// </summary>
internal sealed class FileView
{
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private readonly List<long> _ends = [];
    private readonly List<long> _breaks = [];

    /// <summary>Number of bytes.</summary>
    public long Length { get; private set; }

    /// <summary>Makes a view of a whole file.</summary>
    public static FileView Of(ReadOnlyMemory<byte> file)
    {
        var view = new FileView();
        view.Add(file);
        return view;
    }

    /// <summary>Adds bytes at the end.</summary>
    public void Add(ReadOnlyMemory<byte> piece)
    {
        if (piece.IsEmpty)
        {
            return;
        }

        _pieces.Add(piece);
        Length += piece.Length;
        _ends.Add(Length);
    }

    /// <summary>Makes one read end after the last byte added, so that the next one is asked for by itself.</summary>
    public void Break() => _breaks.Add(Length);

    /// <summary>Reads bytes.</summary>
    /// <param name="position">Offset of the first byte; beyond the end nothing is read.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <returns>How many were read: fewer than asked for only at the end and at a break.</returns>
    public int Read(long position, Span<byte> destination)
    {
        var next = _breaks.BinarySearch(position + 1);
        next = next < 0 ? ~next : next;
        return next < _breaks.Count && _breaks[next] - position < destination.Length
            ? ReadOn(position, destination[..(int)(_breaks[next] - position)])
            : ReadOn(position, destination);
    }

    /// <summary>
    /// The bytes in one array, for libraries that need them side by side: the file's own where it can be.
    /// </summary>
    public byte[] ToArray()
    {
        if (_pieces.Count == 1
            && MemoryMarshal.TryGetArray(_pieces[0], out var segment)
            && segment.Array!.Length == Length)
        {
            return segment.Array;
        }

        var bytes = new byte[Length];
        ReadOn(0, bytes);
        return bytes;
    }

    private int ReadOn(long position, Span<byte> destination)
    {
        if (position < 0 || position >= Length)
        {
            return 0;
        }

        var index = _ends.BinarySearch(position);
        // The piece that ends there does not hold the byte, the next one does.
        index = index < 0 ? ~index : index + 1;
        var read = 0;
        for (; index < _pieces.Count && read < destination.Length; index++)
        {
            var piece = _pieces[index].Span;
            var rest = piece[(int)(position + read - (_ends[index] - piece.Length))..];
            var count = Math.Min(rest.Length, destination.Length - read);
            rest[..count].CopyTo(destination[read..]);
            read += count;
        }

        return read;
    }
}
