using System.Buffers.Binary;

namespace Segmentation.Projects.Pictures.Metadata;

/// <summary>
/// Takes metadata out of TIFF files, classic and big. Everything stays where it is, since offsets lead through the
/// whole file: what pixels, colours and sizes depend on is copied, and the bytes between are zero.
/// </summary>
internal sealed class TiffMetadata
{
    // A file of more pages would take longer to follow than anybody waits.
    private const int MostDirectories = 10_000;

    // Tables of old JPEG compression have no length of their own: 64 bytes, or 16 and at most 256.
    private const int OldQuantisation = 64;
    private const int OldHuffman = 16 + 256;

    private const ushort SubDirectories = 330;

    // What a picture looks like: TIFF 6.0 and its supplements, without descriptions, places, times, devices and people.
    private static readonly HashSet<ushort> _kept =
    [
        254, 255, 256, 257, 258, 259, 262, 263, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284, 290, 291,
        292, 293,
        296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, SubDirectories, 332, 334, 336, 338, 339, 340, 341,
        342, 347, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532, 34675,
    ];

    private readonly byte[] _result;
    private readonly bool _isLittleEndian;
    private readonly bool _isBig;
    private readonly HashSet<long> _seen = [];

    private TiffMetadata(ReadOnlySpan<byte> file)
    {
        _result = new byte[file.Length];
        _isLittleEndian = file[0] == (byte)'I';
        _isBig = file[_isLittleEndian ? 2 : 3] == 43;
    }

    private int WordSize => _isBig ? 8 : 4;

    /// <summary>Copies a file without what may be personal.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InvalidDataException">The directories cannot be followed.</exception>
    public static byte[] Strip(ReadOnlySpan<byte> file)
    {
        if (file.Length < 16)
        {
            throw new InvalidDataException("The TIFF file is cut off.");
        }

        var tiff = new TiffMetadata(file);
        var headerLength = tiff._isBig ? 16 : 8;
        tiff.Keep(file, 0, headerLength);
        tiff.Follow(file, tiff.Word(file[(headerLength - tiff.WordSize)..]));
        return tiff._result;
    }

    /// <summary>Copies a directory and those that follow.</summary>
    private void Follow(ReadOnlySpan<byte> file, long start)
    {
        var (countSize, entrySize) = _isBig ? (8, 20) : (2, 12);
        while (start != 0)
        {
            if (!_seen.Add(start) || _seen.Count > MostDirectories)
            {
                throw new InvalidDataException("The directories of the TIFF file lead back, or are too many.");
            }

            Check(file, start, countSize);
            var count = _isBig ? Word(file[(int)start..]) : UInt16(file[(int)start..]);
            var at = start + countSize;
            if (count > file.Length / entrySize)
            {
                throw Cut();
            }

            Check(file, at, (count * entrySize) + WordSize);
            var entries = new List<TiffValue>();
            for (var i = 0; i < count; i++)
            {
                if (EntryAt(file, at + (i * entrySize)) is { } entry)
                {
                    entries.Add(entry);
                }
            }

            WriteDirectory(file, start, entries);
            KeepPixels(file, entries);
            start = Word(file[(int)(at + (count * entrySize))..]);
            WriteNext(entries.Count, at, entrySize, start);
        }
    }

    private void WriteDirectory(ReadOnlySpan<byte> file, long start, List<TiffValue> entries)
    {
        var (countSize, entrySize) = _isBig ? (8, 20) : (2, 12);
        WriteCount(_result.AsSpan((int)start), entries.Count);
        var to = (int)start + countSize;
        foreach (var entry in entries)
        {
            file.Slice((int)entry.EntryAt, entrySize).CopyTo(_result.AsSpan(to));
            if (entry.Count * entry.Size > WordSize)
            {
                Keep(file, entry.At, entry.Count * entry.Size);
            }

            to += entrySize;
        }
    }

    private void WriteNext(int entries, long at, int entrySize, long next)
    {
        var place = _result.AsSpan((int)(at + (entries * entrySize)));
        if (_isBig)
        {
            WriteWord(place, next);
        }
        else if (_isLittleEndian)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(place, (uint)next);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(place, (uint)next);
        }
    }

    private void KeepPixels(ReadOnlySpan<byte> file, List<TiffValue> entries)
    {
        var byTag = entries.GroupBy(entry => entry.Tag).ToDictionary(group => group.Key, group => group.First());
        KeepBlocks(file, byTag, 273, 279);
        KeepBlocks(file, byTag, 324, 325);
        KeepBlocks(file, byTag, 513, 514);
        KeepTables(file, byTag, 519, OldQuantisation);
        KeepTables(file, byTag, 520, OldHuffman);
        KeepTables(file, byTag, 521, OldHuffman);
        if (byTag.TryGetValue(SubDirectories, out var below))
        {
            for (var i = 0; i < below.Count; i++)
            {
                Follow(file, Value(file, below, i));
            }
        }
    }

    private void KeepBlocks(
        ReadOnlySpan<byte> file, Dictionary<ushort, TiffValue> entries, ushort offsets, ushort lengths)
    {
        if (!entries.TryGetValue(offsets, out var starts))
        {
            return;
        }

        if (!entries.TryGetValue(lengths, out var sizes) || sizes.Count < starts.Count)
        {
            throw new InvalidDataException("The TIFF file does not say how long its blocks of pixels are.");
        }

        for (var i = 0; i < starts.Count; i++)
        {
            Keep(file, Value(file, starts, i), Value(file, sizes, i));
        }
    }

    private void KeepTables(ReadOnlySpan<byte> file, Dictionary<ushort, TiffValue> entries, ushort tag, int length)
    {
        if (entries.TryGetValue(tag, out var tables))
        {
            for (var i = 0; i < tables.Count; i++)
            {
                var start = Value(file, tables, i);
                Keep(file, start, Math.Min(length, file.Length - start));
            }
        }
    }

    /// <summary>An entry that is kept; null for the others.</summary>
    private TiffValue? EntryAt(ReadOnlySpan<byte> file, long entryAt)
    {
        var bytes = file[(int)entryAt..];
        var (tag, size) = (UInt16(bytes), SizeOf(UInt16(bytes[2..])));
        if (!_kept.Contains(tag) || size == 0)
        {
            return null;
        }

        var count = Word(bytes[4..]);
        var valueAt = entryAt + 4 + WordSize;
        if (count < 0 || count > file.Length / size)
        {
            throw Cut();
        }

        var at = count * size <= WordSize ? valueAt : Word(file[(int)valueAt..]);
        Check(file, at, count * size);
        return new TiffValue(tag, entryAt, at, count, size);
    }

    private long Value(ReadOnlySpan<byte> file, TiffValue entry, long index)
    {
        var bytes = file[(int)(entry.At + (index * entry.Size))..];
        return entry.Size switch
        {
            1 => bytes[0],
            2 => UInt16(bytes),
            4 => UInt32(bytes),
            _ => _isLittleEndian
                ? BinaryPrimitives.ReadInt64LittleEndian(bytes)
                : BinaryPrimitives.ReadInt64BigEndian(bytes),
        };
    }

    private void Keep(ReadOnlySpan<byte> file, long at, long length)
    {
        Check(file, at, length);
        file.Slice((int)at, (int)length).CopyTo(_result.AsSpan((int)at));
    }

    private static void Check(ReadOnlySpan<byte> file, long at, long length)
    {
        if (at < 0 || length < 0 || at > file.Length - length)
        {
            throw Cut();
        }
    }

    private static InvalidDataException Cut() => new("A part of the TIFF file lies beyond its end.");

    private static int SizeOf(ushort type) => type switch
    {
        1 or 2 or 6 or 7 => 1,
        3 or 8 => 2,
        4 or 9 or 11 or 13 => 4,
        5 or 10 or 12 or 16 or 17 or 18 => 8,
        _ => 0,
    };

    private long Word(ReadOnlySpan<byte> at) => !_isBig ? UInt32(at)
        : _isLittleEndian ? BinaryPrimitives.ReadInt64LittleEndian(at)
        : BinaryPrimitives.ReadInt64BigEndian(at);

    private uint UInt32(ReadOnlySpan<byte> at) => _isLittleEndian
        ? BinaryPrimitives.ReadUInt32LittleEndian(at)
        : BinaryPrimitives.ReadUInt32BigEndian(at);

    private ushort UInt16(ReadOnlySpan<byte> at) => _isLittleEndian
        ? BinaryPrimitives.ReadUInt16LittleEndian(at)
        : BinaryPrimitives.ReadUInt16BigEndian(at);

    private void WriteCount(Span<byte> at, int count)
    {
        if (_isBig)
        {
            WriteWord(at, count);
        }
        else if (_isLittleEndian)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)count);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(at, (ushort)count);
        }
    }

    private void WriteWord(Span<byte> at, long value)
    {
        if (_isLittleEndian)
        {
            BinaryPrimitives.WriteInt64LittleEndian(at, value);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(at, value);
        }
    }
}
