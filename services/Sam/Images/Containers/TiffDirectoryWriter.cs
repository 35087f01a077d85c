using System.Buffers.Binary;

namespace Segmentation.Sam.Images.Containers;

/// <summary>
/// Puts a directory behind a TIFF's last byte, and a header before the first that points to it; the bytes between stay,
/// so that offsets into them hold.
/// </summary>
internal sealed class TiffDirectoryWriter(ReadOnlyMemory<byte> file, TiffDirectory source)
{
    private const ushort Short = 3;

    private readonly SortedDictionary<TiffTag, byte[]> _entries = [];
    private readonly List<(TiffTag Tag, byte[] Values)> _arrays = [];

    private int Inline => source.IsBig ? 8 : 4;

    private int EntrySize => source.IsBig ? 20 : 12;

    /// <summary>Takes an entry over as it is.</summary>
    public void Copy(TiffEntry entry) =>
        _entries[entry.Tag] = file.Slice(entry.EntryAt, EntrySize).ToArray();

    /// <summary>Takes an entry over with only some of its values.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="first">Index of the first value.</param>
    /// <param name="count">Number of values.</param>
    public void CopyPart(TiffEntry entry, long first, long count)
    {
        var bytes = NewEntry(entry.Tag, entry.Type, count);
        var at = entry.At + first * entry.Size;
        if (count * entry.Size <= Inline)
        {
            file.Span.Slice((int)at, (int)(count * entry.Size)).CopyTo(bytes.AsSpan(EntrySize - Inline));
        }
        else
        {
            WriteOffset(bytes.AsSpan(EntrySize - Inline), at);
        }
    }

    /// <summary>Adds an entry of short numbers.</summary>
    public void Add(TiffTag tag, params ushort[] values)
    {
        var bytes = NewEntry(tag, Short, values.Length);
        var packed = new byte[values.Length * 2];
        for (var i = 0; i < values.Length; i++)
        {
            WriteShort(packed.AsSpan(i * 2), values[i]);
        }

        if (packed.Length <= Inline)
        {
            packed.CopyTo(bytes, EntrySize - Inline);
        }
        else
        {
            _arrays.Add((tag, packed));
        }
    }

    /// <summary>The file with the new directory as its only one.</summary>
    public FileView ToView()
    {
        var countSize = source.IsBig ? 8 : 2;
        var start = (file.Length + 1) & ~1;
        var arraysAt = start + countSize + _entries.Count * EntrySize + Inline;
        var tail = new List<byte>();
        tail.AddRange(new byte[start - file.Length]);
        foreach (var (tag, values) in _arrays)
        {
            WriteOffset(_entries[tag].AsSpan(EntrySize - Inline), arraysAt);
            arraysAt += values.Length;
        }

        var number = new byte[countSize];
        if (source.IsBig)
        {
            WriteOffset(number, _entries.Count);
        }
        else
        {
            WriteShort(number, (ushort)_entries.Count);
        }

        tail.AddRange(number);
        foreach (var entry in _entries.Values)
        {
            tail.AddRange(entry);
        }

        // No directory follows.
        tail.AddRange(new byte[Inline]);
        foreach (var (_, values) in _arrays)
        {
            tail.AddRange(values);
        }

        var header = file[..(source.IsBig ? 16 : 8)].ToArray();
        WriteOffset(header.AsSpan(header.Length - Inline), start);
        var view = new FileView();
        view.Add(header);
        view.Add(file[header.Length..]);
        view.Add(tail.ToArray());
        return view;
    }

    private byte[] NewEntry(TiffTag tag, ushort type, long count)
    {
        var bytes = new byte[EntrySize];
        WriteShort(bytes, (ushort)tag);
        WriteShort(bytes.AsSpan(2), type);
        WriteOffset(bytes.AsSpan(4, Inline), count);
        _entries[tag] = bytes;
        return bytes;
    }

    private void WriteShort(Span<byte> to, ushort value)
    {
        if (source.IsLittleEndian)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(to, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(to, value);
        }
    }

    /// <summary>Writes a number as long as the file's offsets are.</summary>
    private void WriteOffset(Span<byte> to, long value)
    {
        if (source.IsBig && source.IsLittleEndian)
        {
            BinaryPrimitives.WriteInt64LittleEndian(to, value);
        }
        else if (source.IsBig)
        {
            BinaryPrimitives.WriteInt64BigEndian(to, value);
        }
        else if (source.IsLittleEndian)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(to, (uint)value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(to, (uint)value);
        }
    }
}
