using System.Runtime.InteropServices;
using System.Text;

namespace Segmentation.Sam.Weights;

/// <summary>
/// The named weights of an ONNX file: float32, or int16 with float32 scales under <c>name.scale</c>. Reads only what it
/// needs of the protocol buffer (onnx.proto: ModelProto.graph, GraphProto.initializer, TensorProto).
/// </summary>
internal sealed class GraphWeights
{
    private const int Graph = 7;
    private const int Initializer = 5;
    private readonly byte[] _file;
    private readonly string _path;
    private readonly Dictionary<string, StoredTensor> _tensors = [];

    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is not an ONNX file.</exception>
    public GraphWeights(string path)
    {
        _path = path;
        _file = File.ReadAllBytes(path);
        try
        {
            ReadMessage(0, _file.Length, (model, graph) =>
            {
                if (model == Graph)
                {
                    ReadMessage(graph.Start, graph.End, (field, value) =>
                    {
                        if (field == Initializer)
                        {
                            var tensor = ReadTensor(value);
                            _tensors[tensor.Name] = tensor;
                        }
                    });
                }
            });
        }
        catch (Exception error) when (error is ArgumentOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException($"{path} is not an ONNX file, or it is cut off.", error);
        }
    }

    /// <summary>Sizes of a weight.</summary>
    public int[] Shape(string name) => Find(name).Shape;

    /// <summary>A weight's values, row-major.</summary>
    /// <exception cref="InvalidDataException">There is no weight of that name, or not in a known form.</exception>
    public float[] Read(string name)
    {
        var tensor = Find(name);
        if (tensor.Type == ElementType.Float)
        {
            return MemoryMarshal.Cast<byte, float>(Data(tensor)).ToArray();
        }

        var (stored, scale) = ReadCompact(name);
        var values = new float[stored.Length];

        // The scales' axis is where their shape is not one.
        var axis = Array.FindIndex(Shape($"{name}.scale"), size => size > 1);
        var inner = tensor.Shape[(axis + 1)..].Aggregate(1, (product, size) => product * size);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = stored[i] * scale[i / inner % scale.Length];
        }

        return values;
    }

    /// <summary>A weight as it is stored in 16 bits.</summary>
    /// <exception cref="InvalidDataException">There is no weight of that name in that form.</exception>
    public CompactWeight ReadCompact(string name)
    {
        var tensor = Find(name);
        return tensor.Type == ElementType.Int16
            ? new(MemoryMarshal.Cast<byte, short>(Data(tensor)).ToArray(), Read($"{name}.scale"))
            : throw new InvalidDataException($"{_path}: weight '{name}' is of type {tensor.Type}. {Remedy}");
    }

    private ReadOnlySpan<byte> Data(StoredTensor tensor) =>
        _file.AsSpan(tensor.Data.Start, tensor.Data.End - tensor.Data.Start);

    private const string Remedy = "Build the model again with ModelBuilder (docs/model.md).";

    private StoredTensor Find(string name) => _tensors.TryGetValue(name, out var tensor)
        ? tensor
        : throw new InvalidDataException($"{_path} is not a graph of this version: it lacks weight '{name}'. {Remedy}");

    private StoredTensor ReadTensor(Slice message)
    {
        var (name, type, data, shape) = ("", ElementType.Undefined, default(Slice), new List<int>());
        ReadMessage(message.Start, message.End, (field, value) =>
        {
            switch (field)
            {
                case 1 when value.IsNumber:
                    shape.Add(checked((int)value.Number));
                    break;
                case 1:
                    for (var at = value.Start; at < value.End;)
                    {
                        shape.Add(checked((int)ReadVarint(ref at)));
                    }

                    break;
                case 2:
                    type = (ElementType)value.Number;
                    break;
                case 8:
                    name = Encoding.UTF8.GetString(_file, value.Start, value.End - value.Start);
                    break;
                case 9:
                    data = value;
                    break;
            }
        });
        return new StoredTensor(name, type, [.. shape], data);
    }

    private void ReadMessage(int start, int end, Action<int, Slice> onField)
    {
        for (var at = start; at < end;)
        {
            var key = ReadVarint(ref at);
            var (field, wire) = ((int)(key >> 3), key & 7);
            switch (wire)
            {
                case 0:
                    onField(field, new Slice(0, 0, IsNumber: true, ReadVarint(ref at)));
                    break;
                case 2:
                    var length = checked((int)ReadVarint(ref at));
                    ArgumentOutOfRangeException.ThrowIfGreaterThan(length, end - at);
                    onField(field, new Slice(at, at + length, IsNumber: false, 0));
                    at += length;
                    break;
                case 1 or 5:
                    at += wire == 1 ? sizeof(long) : sizeof(int);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(start), wire, "Unknown wire type.");
            }
        }
    }

    private ulong ReadVarint(ref int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(at, _file.Length);
            var next = _file[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new OverflowException();
    }

    /// <summary>TensorProto.DataType.</summary>
    private enum ElementType
    {
        Undefined = 0,
        Float = 1,
        Int16 = 5,
    }

    private readonly record struct Slice(int Start, int End, bool IsNumber, ulong Number);

    private sealed record StoredTensor(string Name, ElementType Type, int[] Shape, Slice Data);
}
