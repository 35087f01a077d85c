using System.Buffers.Binary;
using System.IO.Compression;

namespace Segmentation.Sam.Tests.Images;

/// <summary>
/// Writes a TIFF of given samples: stripped or tiled, either byte order, classic or big, planes or pixels.
/// </summary>
internal sealed record TiffFile(int Width, int Height, int Bits, int Channels, uint[] Values)
{
    public int Photometric { get; init; } = 1;

    public int[] ExtraSamples { get; init; } = [];

    public bool IsSeparate { get; init; }

    /// <summary>Sides of a tile, or 0 for strips.</summary>
    public int Tile { get; init; }

    public int RowsPerStrip { get; init; } = 5;

    /// <summary>1 none, 5 LZW, 8 Deflate, 32773 PackBits; of others the number alone is written.</summary>
    public int Compression { get; init; } = 1;

    public int Predictor { get; init; } = 1;

    public int SampleFormat { get; init; } = 1;

    public bool IsBig { get; init; }

    public bool IsBigEndian { get; init; }

    /// <summary>Red, green and blue of each index, 16 bits.</summary>
    public ushort[] ColorMap { get; init; } = [];

    /// <summary>Horizontal and vertical subsampling of YCbCr; empty leaves the tag out.</summary>
    public int[] SubSampling { get; init; } = [];

    /// <summary>Directories behind the first one.</summary>
    public int FurtherDirectories { get; init; }

    /// <summary>Entries with private tags in the first directory.</summary>
    public int PrivateTags { get; init; }

    /// <summary>Changes the bytes of a strip or tile, by its number.</summary>
    public Func<int, byte[], byte[]> Spoil { get; init; } = (_, bytes) => bytes;

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes()
    {
        var chunks = Chunks().Select((chunk, index) => Spoil(index, Compress(chunk))).ToArray();
        var file = new MemoryStream();
        file.Write(new byte[IsBig ? 16 : 8]);
        var offsets = new List<long>();
        foreach (var chunk in chunks)
        {
            offsets.Add(file.Position);
            file.Write(chunk);
            if (file.Position % 2 == 1)
            {
                file.WriteByte(0);
            }
        }

        var entries = new SortedDictionary<int, (int Type, long[] Values)>
        {
            [256] = (4, [Width]),
            [257] = (4, [Height]),
            [258] = (3, [.. Enumerable.Repeat((long)Bits, Channels)]),
            [259] = (3, [Compression]),
            [262] = (3, [Photometric]),
            [277] = (3, [Channels]),
            [284] = (3, [IsSeparate ? 2 : 1]),
            [317] = (3, [Predictor]),
            [339] = (3, [.. Enumerable.Repeat((long)SampleFormat, Channels)]),
            [Tile > 0 ? 324 : 273] = (4, [.. offsets]),
            [Tile > 0 ? 325 : 279] = (4, [.. chunks.Select(chunk => (long)chunk.Length)]),
        };
        if (Tile > 0)
        {
            (entries[322], entries[323]) = ((3, [Tile]), (3, [Tile]));
        }
        else
        {
            entries[278] = (3, [RowsPerStrip]);
        }

        if (ExtraSamples.Length > 0)
        {
            entries[338] = (3, [.. ExtraSamples.Select(type => (long)type)]);
        }

        if (ColorMap.Length > 0)
        {
            var planes = Enumerable.Range(0, 3).SelectMany(plane => ColorMap.Where((_, i) => i % 3 == plane));
            entries[320] = (3, [.. planes.Select(level => (long)level)]);
        }

        if (SubSampling.Length > 0)
        {
            entries[530] = (3, [.. SubSampling.Select(side => (long)side)]);
        }

        for (var tag = 0; tag < PrivateTags; tag++)
        {
            entries[40_000 + tag] = (3, [tag]);
        }

        var next = WriteDirectories(file, entries);
        var bytes = file.ToArray();
        bytes[0] = bytes[1] = (byte)(IsBigEndian ? 'M' : 'I');
        Number(IsBig ? 43 : 42, 2).CopyTo(bytes, 2);
        if (IsBig)
        {
            Number(8, 2).CopyTo(bytes, 4);
        }

        Number(next, IsBig ? 8 : 4).CopyTo(bytes, IsBig ? 8 : 4);
        return bytes;
    }

    private long WriteDirectories(MemoryStream file, SortedDictionary<int, (int Type, long[] Values)> entries)
    {
        var (inline, countSize) = IsBig ? (8, 8) : (4, 2);
        var placed = new List<(int Tag, int Type, int Count, byte[] Value)>();
        foreach (var (tag, (type, values)) in entries)
        {
            var bytes = values.SelectMany(value => Number(value, type == 3 ? 2 : 4)).ToArray();
            if (bytes.Length > inline)
            {
                var at = file.Position;
                file.Write(bytes);
                bytes = Number(at, inline);
            }

            placed.Add((tag, type, values.Length, [.. bytes, .. new byte[inline - bytes.Length]]));
        }

        var start = file.Position;
        for (var directory = 0; directory <= FurtherDirectories; directory++)
        {
            file.Write(Number(placed.Count, countSize));
            foreach (var (tag, type, count, value) in placed)
            {
                file.Write(Number(tag, 2));
                file.Write(Number(type, 2));
                file.Write(Number(count, inline));
                file.Write(value);
            }

            file.Write(Number(directory < FurtherDirectories ? file.Position + inline : 0, inline));
        }

        return start;
    }

    private IEnumerable<byte[]> Chunks()
    {
        var (chunkWidth, chunkHeight) = Tile > 0 ? (Tile, Tile) : (Width, RowsPerStrip);
        for (var plane = 0; plane < (IsSeparate ? Channels : 1); plane++)
        {
            for (var top = 0; top < Height; top += chunkHeight)
            {
                for (var left = 0; left < Width; left += chunkWidth)
                {
                    var height = Tile > 0 ? Tile : Math.Min(chunkHeight, Height - top);
                    int[] channels = IsSeparate ? [plane] : [.. Enumerable.Range(0, Channels)];
                    yield return Chunk(left, top, chunkWidth, height, channels);
                }
            }
        }
    }

    private byte[] Chunk(int left, int top, int width, int height, int[] channels)
    {
        var bytes = new List<byte>();
        for (var y = top; y < top + height; y++)
        {
            var (row, bits, pending) = (new List<byte>(), 0, 0u);
            for (var x = left; x < left + width; x++)
            {
                foreach (var channel in channels)
                {
                    var value = Value(x, y, channel);
                    if (Predictor == 2 && x > left)
                    {
                        value = (value - Value(x - 1, y, channel)) & (uint)((1L << Bits) - 1);
                    }

                    if (Bits >= 8 && Bits % 8 == 0)
                    {
                        row.AddRange(Number(value, Bits / 8));
                        continue;
                    }

                    pending = (pending << Bits) | value;
                    for (bits += Bits; bits >= 8; bits -= 8)
                    {
                        row.Add((byte)(pending >> (bits - 8)));
                    }
                }
            }

            if (bits > 0)
            {
                row.Add((byte)(pending << (8 - bits)));
            }

            bytes.AddRange(row);
        }

        return [.. bytes];
    }

    private uint Value(int x, int y, int channel) =>
        x < Width && y < Height ? Values[(y * Width + x) * Channels + channel] : 0;

    private byte[] Compress(byte[] bytes)
    {
        switch (Compression)
        {
            case 5:
                return Lzw(bytes);
            case 8:
                var deflated = new MemoryStream();
                using (var deflate = new ZLibStream(deflated, CompressionLevel.Fastest, leaveOpen: true))
                {
                    deflate.Write(bytes);
                }

                return deflated.ToArray();
            case 32773:
                return [.. bytes.Chunk(128).SelectMany(part => part.Prepend((byte)(part.Length - 1)))];
            default:
                return bytes;
        }
    }

    /// <summary>LZW without strings: single bytes, and the table cleared before codes grow.</summary>
    private static byte[] Lzw(byte[] bytes)
    {
        var (packed, bits, pending) = (new List<byte>(), 0, 0u);
        foreach (var part in bytes.Chunk(200))
        {
            Put(256);
            foreach (var value in part)
            {
                Put(value);
            }
        }

        Put(257);
        if (bits > 0)
        {
            packed.Add((byte)(pending << (8 - bits)));
        }

        return [.. packed];

        void Put(uint code)
        {
            pending = (pending << 9) | code;
            for (bits += 9; bits >= 8; bits -= 8)
            {
                packed.Add((byte)(pending >> (bits - 8)));
            }
        }
    }

    private byte[] Number(long value, int size)
    {
        var bytes = new byte[8];
        if (IsBigEndian)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes, value);
            return bytes[(8 - size)..];
        }

        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes[..size];
    }
}
