using System.Runtime.InteropServices;
using Segmentation.Onnx;
using ElementType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.Sam.Weights;

/// <summary>
/// The named weights of an ONNX file: float32, or int16 with float32 scales under <c>name.scale</c>.
/// </summary>
/// <param name="path">The file.</param>
/// <exception cref="InvalidDataException">The file is not an ONNX model.</exception>
internal sealed class GraphWeights(string path)
{
    private const string Remedy = "Build the model again with ModelBuilder (docs/model.md).";
    private readonly string _path = path;
    private readonly Dictionary<string, TensorProto> _tensors =
        OnnxFile.Read(path).Graph.Initializer.ToDictionary(tensor => tensor.Name);

    /// <summary>True if the file has a weight of this name.</summary>
    public bool Has(string name) => _tensors.ContainsKey(name);

    /// <summary>Sizes of a weight.</summary>
    public int[] Shape(string name) => [.. Find(name).Dims.Select(size => checked((int)size))];

    /// <summary>A weight's values, row-major.</summary>
    /// <exception cref="InvalidDataException">There is no weight of that name, or not in a known form.</exception>
    public float[] Read(string name)
    {
        var tensor = Find(name);
        if (tensor.DataType == (int)ElementType.Float)
        {
            return MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();
        }

        var (stored, scale) = ReadCompact(name);
        return CompactWeight.Apply(
            Array.ConvertAll(stored, value => (float)value), Shape(name), scale, Shape($"{name}.scale"));
    }

    /// <summary>A weight as it is stored in 16 bits.</summary>
    /// <exception cref="InvalidDataException">There is no weight of that name in that form.</exception>
    public CompactWeight ReadCompact(string name)
    {
        var tensor = Find(name);
        return tensor.DataType == (int)ElementType.Int16
            ? new(MemoryMarshal.Cast<byte, short>(tensor.RawData.Span).ToArray(), Read($"{name}.scale"))
            : throw new InvalidDataException(
                $"{_path}: weight '{name}' is of type {(ElementType)tensor.DataType}. {Remedy}");
    }

    private TensorProto Find(string name) => _tensors.TryGetValue(name, out var tensor)
        ? tensor
        : throw new InvalidDataException($"{_path} is not a graph of this version: it lacks weight '{name}'. {Remedy}");
}
