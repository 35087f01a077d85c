using System.Buffers.Binary;
using Segmentation.Doors.Contract;

namespace Segmentation.Doors.OpenInference;

/// <summary>A tensor of a request: of numbers or of texts, as its datatype says.</summary>
public sealed class InputTensor
{
    /// <summary>Elements of the largest tensor: twice the corners of 256 boxes.</summary>
    public const int MaxElements = 2048;

    private const int LengthBytes = 4;

    /// <summary>Its path in the request, for errors.</summary>
    public required string Field { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its datatype, one of <see cref="TensorTypes"/>.</summary>
    public required string Datatype { get; init; }

    /// <summary>Its dimensions.</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>The elements of FP32; else empty.</summary>
    public IReadOnlyList<float> Floats { get; init; } = [];

    /// <summary>The elements of INT32; else empty.</summary>
    public IReadOnlyList<int> Integers { get; init; } = [];

    /// <summary>The elements of BYTES; else empty.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Texts { get; init; } = [];

    /// <summary>True where BYTES came as texts of JSON, in which files are base64.</summary>
    public bool IsJson { get; init; }

    /// <summary>Number of elements of a shape.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a negative dimension, or too many elements.</exception>
    public static int CountOf(string field, IReadOnlyList<long> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        long count = 1;
        foreach (var side in shape)
        {
            count = side is >= 0 and <= MaxElements
                ? count * side
                : throw DoorProblem.Invalid($"{field}.shape", $"The dimension {side}: 0 to {MaxElements} is allowed.");
            if (count > MaxElements)
            {
                throw DoorProblem.Invalid($"{field}.shape", $"More than {MaxElements} elements.");
            }
        }

        return (int)count;
    }

    /// <summary>Reads a tensor of raw bytes.</summary>
    /// <param name="field">Its path in the request, for errors.</param>
    /// <param name="name">Its name.</param>
    /// <param name="datatype">Its datatype.</param>
    /// <param name="shape">Its dimensions.</param>
    /// <param name="raw">Its elements in row-major order; texts refer to these bytes.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the bytes are not those of the shape.</exception>
    public static InputTensor OfRaw(
        string field, string name, string datatype, IReadOnlyList<long> shape, ReadOnlyMemory<byte> raw)
    {
        var count = CountOf(field, shape);
        var isText = datatype == TensorTypes.Texts;
        if (!isText && raw.Length != count * sizeof(int))
        {
            throw DoorProblem.Invalid(
                field, $"{raw.Length} bytes: {count} elements of {TypeOf(field, datatype)} have {count * sizeof(int)}.");
        }

        return new InputTensor
        {
            Field = field,
            Name = name,
            Datatype = TypeOf(field, datatype),
            Shape = shape,
            Floats = datatype == TensorTypes.Floats ? Numbers(raw.Span, BinaryPrimitives.ReadSingleLittleEndian) : [],
            Integers = datatype == TensorTypes.Integers ? Numbers(raw.Span, BinaryPrimitives.ReadInt32LittleEndian) : [],
            Texts = isText ? TextsOf(field, raw, count) : [],
        };
    }

    /// <summary>The datatype, which has to be one that an input of this door's models has.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: another datatype.</exception>
    public static string TypeOf(string field, string datatype) =>
        datatype is TensorTypes.Floats or TensorTypes.Integers or TensorTypes.Texts
            ? datatype
            : throw DoorProblem.Invalid(
                $"{field}.datatype", $"{DoorText.Quote(datatype)}: FP32, INT32 and BYTES are what inputs of these models have.");

    private static List<T> Numbers<T>(ReadOnlySpan<byte> raw, NumberReader<T> read)
    {
        List<T> numbers = [];
        for (; !raw.IsEmpty; raw = raw[sizeof(int)..])
        {
            numbers.Add(read(raw));
        }

        return numbers;
    }

    private static List<ReadOnlyMemory<byte>> TextsOf(string field, ReadOnlyMemory<byte> raw, int count)
    {
        List<ReadOnlyMemory<byte>> texts = [];
        for (; texts.Count < count && raw.Length >= LengthBytes;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(raw.Span);
            if (length > raw.Length - LengthBytes)
            {
                break;
            }

            texts.Add(raw.Slice(LengthBytes, (int)length));
            raw = raw[(LengthBytes + (int)length)..];
        }

        return texts.Count == count && raw.IsEmpty
            ? texts
            : throw DoorProblem.Invalid(
                field, $"The bytes are not {count} elements of BYTES, each behind its length in 4 bytes, little-endian.");
    }

    private delegate T NumberReader<T>(ReadOnlySpan<byte> raw);
}
