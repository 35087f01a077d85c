using System.Buffers.Binary;

namespace Segmentation.Doors.Geography;

/// <summary>
/// The first directory of a TIFF, classic or big, of either byte order, as far as it says where the pixels lie. Nothing
/// else of the file is looked at. The reader of TIFF pixels (services/Sam) lies in a room with ONNX Runtime, which gateways
/// do not load.
/// </summary>
internal sealed class GeoTiffDirectory
{
    private const int ShortType = 3;
    private const int LongType = 4;
    private const int DoubleType = 12;
    private const int AsciiType = 2;
    private const int BigVersion = 43;
    private const int MostEntries = ushort.MaxValue;

    private readonly ReadOnlyMemory<byte> _file;
    private readonly bool _isLittle;
    private readonly bool _isBig;
    private readonly Dictionary<GeoTag, Entry> _entries = [];

    private GeoTiffDirectory(ReadOnlyMemory<byte> file, bool isLittle, bool isBig)
    {
        _file = file;
        _isLittle = isLittle;
        _isBig = isBig;
    }

    /// <summary>Reads the directory.</summary>
    /// <returns>Null: the file is no TIFF, or ends before its directory does.</returns>
    public static GeoTiffDirectory? TryRead(ReadOnlyMemory<byte> file)
    {
        const int LeastBytes = 16;
        var bytes = file.Span;
        if (bytes.Length < LeastBytes || bytes[0] != bytes[1] || bytes[0] is not ((byte)'I' or (byte)'M'))
        {
            return null;
        }

        var isLittle = bytes[0] == (byte)'I';
        var version = isLittle
            ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..])
            : BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (version is not (42 or BigVersion))
        {
            return null;
        }

        var directory = new GeoTiffDirectory(file, isLittle, version == BigVersion);
        return directory.ReadEntries() ? directory : null;
    }

    /// <summary>True where the directory has the tag.</summary>
    public bool Has(GeoTag tag) => _entries.ContainsKey(tag);

    /// <summary>A whole number, of 16 or 32 bits; null where there is none.</summary>
    public long? Whole(GeoTag tag)
    {
        if (!_entries.TryGetValue(tag, out var entry) || entry.Type is not (ShortType or LongType) || entry.Count != 1)
        {
            return null;
        }

        var at = ValueOf(tag, entry, entry.Type == ShortType ? sizeof(ushort) : sizeof(uint));
        return entry.Type == ShortType ? UInt16(at) : UInt32(at);
    }

    /// <summary>Floating-point numbers; empty where the tag is absent.</summary>
    /// <exception cref="FormatException">Other values, too many, or outside of the file.</exception>
    public double[] Doubles(GeoTag tag, int most)
    {
        var at = Values(tag, DoubleType, sizeof(double), most);
        var values = new double[at.Length / sizeof(double)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BitConverter.UInt64BitsToDouble(UInt64(at[(i * sizeof(double))..]));
        }

        return values;
    }

    /// <summary>Numbers of 16 bits; empty where the tag is absent.</summary>
    /// <exception cref="FormatException">Other values, too many, or outside of the file.</exception>
    public ushort[] Shorts(GeoTag tag, int most)
    {
        var at = Values(tag, ShortType, sizeof(ushort), most);
        var values = new ushort[at.Length / sizeof(ushort)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = UInt16(at[(i * sizeof(ushort))..]);
        }

        return values;
    }

    /// <summary>Bytes of a text, with its final 0; empty where the tag is absent.</summary>
    /// <exception cref="FormatException">Other values, too many, or outside of the file.</exception>
    public byte[] Text(GeoTag tag, int most) => Values(tag, AsciiType, sizeof(byte), most).ToArray();

    private bool ReadEntries()
    {
        var bytes = _file.Span;
        var start = _isBig ? UInt64(bytes[8..]) : UInt32(bytes[4..]);
        var (countBytes, entryBytes) = _isBig ? (8, 20) : (2, 12);
        if (start > (ulong)(bytes.Length - countBytes))
        {
            return false;
        }

        var at = (int)start;
        var count = _isBig ? UInt64(bytes[at..]) : UInt16(bytes[at..]);
        at += countBytes;
        if (count > MostEntries || (int)count > (bytes.Length - at) / entryBytes)
        {
            return false;
        }

        for (var end = at + ((int)count * entryBytes); at < end; at += entryBytes)
        {
            var tag = (GeoTag)UInt16(bytes[at..]);
            if (Enum.IsDefined(tag))
            {
                var values = _isBig ? UInt64(bytes[(at + 4)..]) : UInt32(bytes[(at + 4)..]);
                _entries.TryAdd(tag, new(UInt16(bytes[(at + 2)..]), values, at + (_isBig ? 12 : 8)));
            }
        }

        return true;
    }

    private ReadOnlySpan<byte> Values(GeoTag tag, int type, int size, int most)
    {
        if (!_entries.TryGetValue(tag, out var entry))
        {
            return [];
        }

        return entry.Type == type && entry.Count <= (ulong)most
            ? ValueOf(tag, entry, size)
            : throw new FormatException(
                $"{tag} has {entry.Count} values of type {entry.Type}; at most {most} of type {type} are read");
    }

    private ReadOnlySpan<byte> ValueOf(GeoTag tag, Entry entry, int size)
    {
        var bytes = _file.Span;
        var length = (int)entry.Count * size;
        var start = length <= (_isBig ? sizeof(ulong) : sizeof(uint)) ? (ulong)entry.At
            : _isBig ? UInt64(bytes[entry.At..]) : UInt32(bytes[entry.At..]);
        return length <= bytes.Length && start <= (ulong)(bytes.Length - length)
            ? bytes.Slice((int)start, length)
            : throw new FormatException($"the values of {tag} lie outside of the file");
    }

    private ushort UInt16(ReadOnlySpan<byte> at) =>
        _isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

    private uint UInt32(ReadOnlySpan<byte> at) =>
        _isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);

    private ulong UInt64(ReadOnlySpan<byte> at) =>
        _isLittle ? BinaryPrimitives.ReadUInt64LittleEndian(at) : BinaryPrimitives.ReadUInt64BigEndian(at);

    private readonly record struct Entry(ushort Type, ulong Count, int At);
}
