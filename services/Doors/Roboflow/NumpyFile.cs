using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Segmentation.Common.Configuration;

namespace Segmentation.Doors.Roboflow;

/// <summary>Files of numpy's arrays (NPY, version 1.0): a header in Python's notation, then the values.</summary>
internal static partial class NumpyFile
{
    private const int Alignment = 64;
    private const int FixedBytes = 10;

    private static ReadOnlySpan<byte> Magic => "NUMPY"u8;

    /// <summary>The bytes before the values.</summary>
    /// <param name="type">Type of the values, for example <c>&lt;f4</c>.</param>
    /// <param name="shape">Lengths of the axes; the last one changes fastest.</param>
    public static byte[] Header(string type, params ReadOnlySpan<int> shape)
    {
        var axes = new StringBuilder();
        foreach (var length in shape)
        {
            axes.Append(CultureInfo.InvariantCulture, $"{length}, ");
        }

        var text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({axes}), }}";
        var bytes = new byte[(FixedBytes + text.Length + Alignment) / Alignment * Alignment];
        bytes.AsSpan().Fill((byte)' ');
        bytes[0] = 0x93;
        Magic.CopyTo(bytes.AsSpan(1));
        bytes[6] = 1;
        bytes[7] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(bytes.Length - FixedBytes));
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(FixedBytes));
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    /// <summary>Reads the values of an array, as floats.</summary>
    /// <param name="file">The file.</param>
    /// <param name="count">Values that there must be.</param>
    /// <exception cref="FormatException">No such file, another type, or another number of values; says which.</exception>
    public static float[] Read(ReadOnlySpan<byte> file, int count)
    {
        if (file.Length < FixedBytes + 2 || file[0] != 0x93 || !file[1..6].SequenceEqual(Magic) || file[6] is not (1 or 2))
        {
            throw new FormatException("No array of numpy's (NPY 1.0 or 2.0).");
        }

        var start = file[6] == 1 ? FixedBytes : FixedBytes + 2;
        var length = file[6] == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(file[8..])
            : BinaryPrimitives.ReadUInt32LittleEndian(file[8..]);
        if (length > file.Length - start)
        {
            throw new FormatException("The header is longer than the file.");
        }

        var header = Encoding.ASCII.GetString(file.Slice(start, (int)length));
        var form = HeaderForm().Match(header);
        if (!form.Success)
        {
            throw new FormatException("The array's header is not 'descr', 'fortran_order': False and 'shape'.");
        }

        long values = 1;
        foreach (var axis in NameList.Of(form.Groups["shape"].Value))
        {
            values = Math.Min(values * long.Parse(axis, CultureInfo.InvariantCulture), int.MaxValue);
        }

        return values == count
            ? Values(file[(start + (int)length)..], form.Groups["type"].Value, count)
            : throw new FormatException($"The array has {values} values, not {count}.");
    }

    private static float[] Values(ReadOnlySpan<byte> data, string type, int count)
    {
        var size = type switch
        {
            "<f4" or "<i4" => 4,
            "<f8" or "<i8" => 8,
            "<f2" => 2,
            "|u1" or "|b1" or "|i1" => 1,
            _ => throw new FormatException($"The array's type is '{type}'; <f4, <f8, <f2, <i4, <i8, |u1, |i1 or |b1 is needed."),
        };
        if (data.Length != (long)count * size)
        {
            throw new FormatException($"The array has {data.Length} bytes of values, not {(long)count * size}.");
        }

        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            var value = data.Slice(i * size, size);
            values[i] = type switch
            {
                "<f4" => BinaryPrimitives.ReadSingleLittleEndian(value),
                "<f8" => (float)BinaryPrimitives.ReadDoubleLittleEndian(value),
                "<f2" => (float)BinaryPrimitives.ReadHalfLittleEndian(value),
                "<i4" => BinaryPrimitives.ReadInt32LittleEndian(value),
                "<i8" => BinaryPrimitives.ReadInt64LittleEndian(value),
                "|i1" => (sbyte)value[0],
                _ => value[0],
            };
        }

        return values;
    }

    /// <summary>A header as numpy writes it, of at most eight axes.</summary>
    [GeneratedRegex(
        @"^\{'descr': '(?<type>[<|][a-z]\d)', 'fortran_order': False, 'shape': \((?<shape>\d{1,9}(, ?\d{1,9}){0,7},? ?)\), \}\s*\z")]
    private static partial Regex HeaderForm();
}
