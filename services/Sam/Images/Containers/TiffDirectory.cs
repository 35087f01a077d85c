using System.Buffers.Binary;

namespace Segmentation.Sam.Images.Containers;

/// <summary>
/// The first directory of a TIFF, classic or big, of either byte order. No other directory is looked at: there may be
/// hundreds of thousands.
/// </summary>
internal sealed class TiffDirectory
{
    // Tags that are passed on to the library; of each tag the first entry counts.
    private static readonly HashSet<TiffTag> _known = [.. Enum.GetValues<TiffTag>()];

    private readonly ReadOnlyMemory<byte> _file;
    private readonly SortedDictionary<TiffTag, TiffEntry> _entries = [];

    private TiffDirectory(ReadOnlyMemory<byte> file, bool isLittleEndian, bool isBig)
    {
        _file = file;
        IsLittleEndian = isLittleEndian;
        IsBig = isBig;
    }

    /// <summary>True for the byte order "II".</summary>
    public bool IsLittleEndian { get; }

    /// <summary>True for BigTIFF, whose offsets have 8 bytes.</summary>
    public bool IsBig { get; }

    /// <summary>The entries that pixels depend on, by tag.</summary>
    public IReadOnlyDictionary<TiffTag, TiffEntry> Entries => _entries;

    /// <summary>Reads the directory.</summary>
    /// <returns>Null where the file ends before the directory does.</returns>
    public static TiffDirectory? TryRead(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        if (bytes.Length < 16)
        {
            return null;
        }

        var isLittleEndian = bytes[0] == (byte)'I';
        var directory = new TiffDirectory(file, isLittleEndian, isBig: bytes[isLittleEndian ? 2 : 3] == 43);
        return directory.ReadEntries() ? directory : null;
    }

    /// <summary>The first value of an entry that holds whole numbers, or the default where the tag is absent.</summary>
    public long Value(TiffTag tag, long otherwise) =>
        _entries.TryGetValue(tag, out var entry) && entry.Count > 0 ? Value(entry, 0) : otherwise;

    /// <summary>The values of an entry of whole numbers, at most so many.</summary>
    public long[] Values(TiffTag tag, int most)
    {
        if (!_entries.TryGetValue(tag, out var entry))
        {
            return [];
        }

        var values = new long[Math.Min(entry.Count, most)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Value(entry, i);
        }

        return values;
    }

    /// <summary>
    /// One value of an entry of whole numbers; -1 where it is no number that an offset or a size can be.
    /// </summary>
    public long Value(TiffEntry entry, long index)
    {
        var at = _file.Span[(int)(entry.At + index * entry.Size)..];
        return entry.Size switch
        {
            1 => at[0],
            2 => UInt16(at),
            4 => UInt32(at),
            8 when entry.Type is 16 or 18 => UInt64(at) is <= long.MaxValue and var value ? (long)value : -1,
            _ => -1,
        };
    }

    private bool ReadEntries()
    {
        var bytes = _file.Span;
        var start = IsBig ? UInt64(bytes[8..]) : UInt32(bytes[4..]);
        var (countSize, entrySize) = IsBig ? (8, 20) : (2, 12);
        if (start < 8 || start > (ulong)(bytes.Length - countSize))
        {
            return false;
        }

        var at = (int)start;
        var count = IsBig ? UInt64(bytes[at..]) : UInt16(bytes[at..]);
        at += countSize;
        if (count > (ulong)((bytes.Length - at) / entrySize))
        {
            return false;
        }

        for (var end = at + (int)count * entrySize; at < end; at += entrySize)
        {
            var tag = (TiffTag)UInt16(bytes[at..]);
            if (_known.Contains(tag) && !_entries.ContainsKey(tag) && !AddEntry(tag, at))
            {
                return false;
            }
        }

        return true;
    }

    private bool AddEntry(TiffTag tag, int at)
    {
        var bytes = _file.Span;
        var type = UInt16(bytes[(at + 2)..]);
        var size = SizeOf(type);
        var count = IsBig ? UInt64(bytes[(at + 4)..]) : UInt32(bytes[(at + 4)..]);
        if (size == 0 || count > (ulong)(bytes.Length / size))
        {
            return false;
        }

        var (inline, valueAt) = IsBig ? (8, at + 12) : (4, at + 8);
        var length = (long)count * size;
        var offset = length <= inline ? (ulong)valueAt : IsBig ? UInt64(bytes[valueAt..]) : UInt32(bytes[valueAt..]);
        if (offset > (ulong)(bytes.Length - length))
        {
            return false;
        }

        _entries.Add(tag, new TiffEntry(tag, type, (long)count, (long)offset, size, at));
        return true;
    }

    private static int SizeOf(ushort type) => type switch
    {
        1 or 2 or 6 or 7 => 1,
        3 or 8 => 2,
        4 or 9 or 11 or 13 => 4,
        5 or 10 or 12 or 16 or 17 or 18 => 8,
        _ => 0,
    };

    private ushort UInt16(ReadOnlySpan<byte> at) => IsLittleEndian
        ? BinaryPrimitives.ReadUInt16LittleEndian(at)
        : BinaryPrimitives.ReadUInt16BigEndian(at);

    private uint UInt32(ReadOnlySpan<byte> at) => IsLittleEndian
        ? BinaryPrimitives.ReadUInt32LittleEndian(at)
        : BinaryPrimitives.ReadUInt32BigEndian(at);

    private ulong UInt64(ReadOnlySpan<byte> at) => IsLittleEndian
        ? BinaryPrimitives.ReadUInt64LittleEndian(at)
        : BinaryPrimitives.ReadUInt64BigEndian(at);
}
