using System.Runtime.InteropServices;
using Segmentation.Onnx;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Weights;

/// <summary>Reads tensors of ONNX files in all forms of storage.</summary>
internal static class TensorReader
{
    /// <summary>Reads real numbers.</summary>
    public static Tensor ReadFloats(TensorProto tensor) => Read(tensor, Reals(tensor)
        ?? throw new ModelFormatException($"Tensor '{tensor.Name}' holds {(DataType)tensor.DataType}, not real numbers."));

    /// <summary>
    /// Reads real numbers or integers, such as those of a quantised weight; null for other kinds of values.
    /// </summary>
    public static Tensor? ReadNumbers(TensorProto tensor) => (Reals(tensor) ?? Integers(tensor)) is { } values
        ? Read(tensor, values)
        : null;

    public static long[] ReadIntegers(TensorProto tensor) => (DataType)tensor.DataType switch
    {
        DataType.Int64 => tensor.HasRawData ? Raw<long>(tensor) : [.. tensor.Int64Data],
        DataType.Int32 => tensor.HasRawData
            ? Array.ConvertAll(Raw<int>(tensor), value => (long)value)
            : [.. tensor.Int32Data.Select(value => (long)value)],
        var other => throw new ModelFormatException($"Tensor '{tensor.Name}' holds {other}, not integers."),
    };

    private static Tensor Read(TensorProto tensor, float[] values)
    {
        var shape = tensor.Dims.Select(size => checked((int)size)).ToArray();
        return shape.Aggregate(1L, (product, size) => product * size) == values.Length
            ? new Tensor(shape, values)
            : throw new ModelFormatException(
                $"Tensor '{tensor.Name}' [{string.Join(',', shape)}] holds {values.Length} values: the file is damaged, "
                + "or its external data are not beside it.");
    }

    private static float[]? Reals(TensorProto tensor) => (DataType)tensor.DataType switch
    {
        DataType.Float => tensor.HasRawData ? Raw<float>(tensor) : [.. tensor.FloatData],
        DataType.Float16 => tensor.HasRawData
            ? Array.ConvertAll(Raw<Half>(tensor), value => (float)value)
            : [.. tensor.Int32Data.Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits))],
        DataType.Double => tensor.HasRawData
            ? Array.ConvertAll(Raw<double>(tensor), value => (float)value)
            : [.. tensor.DoubleData.Select(value => (float)value)],
        _ => null,
    };

    private static float[]? Integers(TensorProto tensor) => (DataType)tensor.DataType switch
    {
        DataType.Int64 or DataType.Int32 => Array.ConvertAll(ReadIntegers(tensor), value => (float)value),
        DataType.Uint8 => tensor.HasRawData
            ? Array.ConvertAll(Raw<byte>(tensor), value => (float)value)
            : [.. tensor.Int32Data.Select(value => (float)value)],
        DataType.Int8 => tensor.HasRawData
            ? Array.ConvertAll(Raw<sbyte>(tensor), value => (float)value)
            : [.. tensor.Int32Data.Select(value => (float)value)],
        _ => null,
    };

    private static T[] Raw<T>(TensorProto tensor) where T : struct =>
        MemoryMarshal.Cast<byte, T>(tensor.RawData.Span).ToArray();
}
