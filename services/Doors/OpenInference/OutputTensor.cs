using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Segmentation.Masks;

namespace Segmentation.Doors.OpenInference;

/// <summary>A tensor of an answer. Masks are expanded to pixels one at a time, as they are read.</summary>
public sealed class OutputTensor
{
    private const int LengthBytes = 4;
    private const int PieceBytes = 32 * 1024;

    private readonly Func<IEnumerable<ReadOnlyMemory<byte>>> _pieces;

    private OutputTensor(
        string name, string datatype, IReadOnlyList<long> shape, long bytes, Func<IEnumerable<ReadOnlyMemory<byte>>> pieces)
    {
        (Name, Datatype, Shape, Bytes, _pieces) = (name, datatype, shape, bytes, pieces);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its datatype, one of <see cref="TensorTypes"/>.</summary>
    public string Datatype { get; }

    /// <summary>Its dimensions.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Its raw bytes.</summary>
    public long Bytes { get; }

    /// <summary>Its raw bytes in order, in pieces of whole elements.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces => _pieces();

    /// <summary>A tensor of texts.</summary>
    public static OutputTensor OfTexts(string name, IReadOnlyCollection<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        using var raw = new MemoryStream();
        Span<byte> length = stackalloc byte[LengthBytes];
        foreach (var text in texts)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            raw.Write(length);
            raw.Write(bytes);
        }

        return Whole(name, TensorTypes.Texts, [texts.Count], raw.ToArray());
    }

    /// <summary>A tensor of 32-bit floating-point numbers.</summary>
    public static OutputTensor OfFloats(string name, IReadOnlyList<long> shape, ReadOnlySpan<float> numbers) =>
        Whole(name, TensorTypes.Floats, shape, LittleEndian(numbers));

    /// <summary>A tensor of 32-bit whole numbers.</summary>
    public static OutputTensor OfIntegers(string name, ReadOnlySpan<int> numbers) =>
        Whole(name, TensorTypes.Integers, [numbers.Length], LittleEndian(numbers));

    /// <summary>A tensor of 16-bit floating-point numbers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its dimensions.</param>
    /// <param name="littleEndian">Its numbers.</param>
    public static OutputTensor OfHalves(string name, IReadOnlyList<long> shape, ReadOnlyMemory<byte> littleEndian) =>
        Whole(name, TensorTypes.Halves, shape, littleEndian);

    /// <summary>A tensor of masks, a byte for each pixel: 1 inside, 0 outside.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="height">Height of the masks.</param>
    /// <param name="width">Width of the masks.</param>
    /// <param name="masks">The masks.</param>
    public static OutputTensor OfMasks(string name, long height, long width, IReadOnlyList<RunLengths> masks)
    {
        ArgumentNullException.ThrowIfNull(masks);
        return new(
            name, TensorTypes.Pixels, [masks.Count, height, width], masks.Count * height * width, () => masks.SelectMany(Pixels));
    }

    /// <summary>Writes the elements of a piece as values of a JSON array.</summary>
    /// <param name="writer">Receives them.</param>
    /// <param name="piece">One of <see cref="Pieces"/>.</param>
    /// <exception cref="NotSupportedException">16-bit numbers, which JSON has no form for.</exception>
    public void WriteValues(Utf8JsonWriter writer, ReadOnlySpan<byte> piece)
    {
        ArgumentNullException.ThrowIfNull(writer);
        switch (Datatype)
        {
            case TensorTypes.Pixels:
                foreach (var pixel in piece)
                {
                    writer.WriteNumberValue(pixel);
                }

                break;
            case TensorTypes.Texts:
                for (; !piece.IsEmpty;)
                {
                    var length = BinaryPrimitives.ReadInt32LittleEndian(piece);
                    writer.WriteStringValue(piece.Slice(LengthBytes, length));
                    piece = piece[(LengthBytes + length)..];
                }

                break;
            case TensorTypes.Floats:
                for (; !piece.IsEmpty; piece = piece[sizeof(float)..])
                {
                    writer.WriteNumberValue(BinaryPrimitives.ReadSingleLittleEndian(piece));
                }

                break;
            case TensorTypes.Integers:
                for (; !piece.IsEmpty; piece = piece[sizeof(int)..])
                {
                    writer.WriteNumberValue(BinaryPrimitives.ReadInt32LittleEndian(piece));
                }

                break;
            default:
                throw new NotSupportedException(Datatype);
        }
    }

    private static OutputTensor Whole(string name, string datatype, IReadOnlyList<long> shape, ReadOnlyMemory<byte> raw) =>
        new(name, datatype, shape, raw.Length, () => [raw]);

    private static byte[] LittleEndian<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged
    {
        var raw = MemoryMarshal.AsBytes(numbers).ToArray();
        if (!BitConverter.IsLittleEndian)
        {
            var words = MemoryMarshal.Cast<byte, int>(raw.AsSpan());
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        return raw;
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Pixels(RunLengths mask)
    {
        var pixels = mask.ToBytes();
        for (var start = 0; start < pixels.Length; start += PieceBytes)
        {
            yield return pixels.AsMemory(start, Math.Min(PieceBytes, pixels.Length - start));
        }
    }
}
