using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Segmentation.Doors.Geography;

/// <summary>Writes TIFFs of one channel of whole numbers: little-endian, in strips, compressed by Deflate.</summary>
internal static class GeoTiffFile
{
    private const int StripBytes = 1 << 18;
    private const int HeaderBytes = 8;
    private const int EntryBytes = 12;
    private const int InlineBytes = 4;
    private const int Deflate = 8;

    private enum ValueType : ushort
    {
        Text = 2,
        Short = 3,
        Long = 4,
        Double = 12,
    }

    /// <summary>Writes a file.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="sampleBytes">Bytes of a number: 1 or 2.</param>
    /// <param name="samples">width x height numbers, row by row, in this machine's byte order.</param>
    /// <param name="tags">Where the pixels lie; null: nowhere.</param>
    /// <param name="cancellationToken">Ends it between strips.</param>
    public static byte[] Write(
        int width,
        int height,
        int sampleBytes,
        ReadOnlySpan<byte> samples,
        GeoTags? tags,
        CancellationToken cancellationToken)
    {
        using var file = new MemoryStream();
        file.Write(new byte[HeaderBytes]);
        var rowBytes = width * sampleBytes;
        var rows = Math.Clamp(StripBytes / rowBytes, 1, height);
        List<uint> offsets = [];
        List<uint> lengths = [];
        for (var at = 0; at < samples.Length; at += rows * rowBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = file.Length;
            using (var strip = new ZLibStream(file, CompressionLevel.Optimal, leaveOpen: true))
            {
                WriteSamples(strip, samples[at..Math.Min(samples.Length, at + (rows * rowBytes))], sampleBytes);
            }

            offsets.Add(checked((uint)start));
            lengths.Add((uint)(file.Length - start));
        }

        WriteDirectory(
            file,
            [
                Long(256, (uint)width), Long(257, (uint)height), Short(258, (ushort)(8 * sampleBytes)),
                Short(259, Deflate), Short(262, 1), Long(273, [.. offsets]), Short(277, 1), Long(278, (uint)rows),
                Long(279, [.. lengths]), Short(284, 1), Short(339, 1), .. Places(tags),
            ]);
        return file.ToArray();
    }

    private static void WriteSamples(ZLibStream strip, ReadOnlySpan<byte> samples, int sampleBytes)
    {
        if (BitConverter.IsLittleEndian || sampleBytes == 1)
        {
            strip.Write(samples);
            return;
        }

        var turned = new ushort[samples.Length / sizeof(ushort)];
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ushort>(samples), turned);
        strip.Write(MemoryMarshal.AsBytes<ushort>(turned));
    }

    private static IEnumerable<Entry> Places(GeoTags? tags)
    {
        if (tags is null)
        {
            return [];
        }

        Entry[] places =
        [
            Doubles(GeoTag.ModelPixelScale, tags.Scale), Doubles(GeoTag.ModelTiepoint, tags.Tiepoints),
            Doubles(GeoTag.ModelTransformation, tags.Transformation), Short((int)GeoTag.GeoKeyDirectory, tags.Keys),
            Doubles(GeoTag.GeoDoubleParams, tags.Numbers),
            new((int)GeoTag.GeoAsciiParams, ValueType.Text, tags.Text.Length, tags.Text),
        ];
        return places.Where(place => place.Count > 0);
    }

    /// <summary>Writes the values that entries have no room for, the directory, and where it is.</summary>
    private static void WriteDirectory(MemoryStream file, Entry[] entries)
    {
        var directory = new byte[sizeof(ushort) + (entries.Length * EntryBytes) + sizeof(uint)];
        BinaryPrimitives.WriteUInt16LittleEndian(directory, (ushort)entries.Length);
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = entries[i];
            var at = directory.AsSpan(sizeof(ushort) + (i * EntryBytes), EntryBytes);
            BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)entry.Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(at[2..], (ushort)entry.Type);
            BinaryPrimitives.WriteUInt32LittleEndian(at[4..], (uint)entry.Count);
            if (entry.Values.Length <= InlineBytes)
            {
                entry.Values.CopyTo(at[8..]);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(at[8..], Aligned(file));
                file.Write(entry.Values);
            }
        }

        var start = Aligned(file);
        file.Write(directory);
        Span<byte> header = stackalloc byte[HeaderBytes];
        header[0] = header[1] = (byte)'I';
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], 42);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], start);
        file.Position = 0;
        file.Write(header);
    }

    private static uint Aligned(MemoryStream file)
    {
        if (file.Length % 2 != 0)
        {
            file.WriteByte(0);
        }

        return checked((uint)file.Length);
    }

    private static Entry Short(int tag, params ushort[] values)
    {
        var bytes = new byte[values.Length * sizeof(ushort)];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * sizeof(ushort)), values[i]);
        }

        return new(tag, ValueType.Short, values.Length, bytes);
    }

    private static Entry Long(int tag, params uint[] values)
    {
        var bytes = new byte[values.Length * sizeof(uint)];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)), values[i]);
        }

        return new(tag, ValueType.Long, values.Length, bytes);
    }

    private static Entry Doubles(GeoTag tag, double[] values)
    {
        var bytes = new byte[values.Length * sizeof(double)];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)), values[i]);
        }

        return new((int)tag, ValueType.Double, values.Length, bytes);
    }

    private sealed record Entry(int Tag, ValueType Type, int Count, byte[] Values);
}
