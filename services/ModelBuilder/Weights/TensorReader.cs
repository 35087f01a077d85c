using System.Runtime.InteropServices;
using Segmentation.Onnx;

namespace Segmentation.ModelBuilder.Weights;

/// <summary>Reads tensors of ONNX files in all forms of storage.</summary>
internal static class TensorReader
{
    public static Tensor ReadFloats(TensorProto tensor)
    {
        var shape = tensor.Dims.Select(size => checked((int)size)).ToArray();
        var values = (TensorProto.Types.DataType)tensor.DataType switch
        {
            TensorProto.Types.DataType.Float => tensor.HasRawData ? Raw<float>(tensor) : [.. tensor.FloatData],
            TensorProto.Types.DataType.Float16 => tensor.HasRawData
                ? Array.ConvertAll(Raw<Half>(tensor), value => (float)value)
                : [.. tensor.Int32Data.Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits))],
            TensorProto.Types.DataType.Double => tensor.HasRawData
                ? Array.ConvertAll(Raw<double>(tensor), value => (float)value)
                : [.. tensor.DoubleData.Select(value => (float)value)],
            var other => throw new ModelFormatException($"Tensor '{tensor.Name}' holds {other}, not real numbers."),
        };
        return new Tensor(shape, values);
    }

    public static long[] ReadIntegers(TensorProto tensor) => (TensorProto.Types.DataType)tensor.DataType switch
    {
        TensorProto.Types.DataType.Int64 => tensor.HasRawData ? Raw<long>(tensor) : [.. tensor.Int64Data],
        TensorProto.Types.DataType.Int32 => tensor.HasRawData
            ? Array.ConvertAll(Raw<int>(tensor), value => (long)value)
            : [.. tensor.Int32Data.Select(value => (long)value)],
        var other => throw new ModelFormatException($"Tensor '{tensor.Name}' holds {other}, not integers."),
    };

    private static T[] Raw<T>(TensorProto tensor) where T : struct =>
        MemoryMarshal.Cast<byte, T>(tensor.RawData.Span).ToArray();
}
