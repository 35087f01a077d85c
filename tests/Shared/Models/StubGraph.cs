using System.Runtime.InteropServices;
using Google.Protobuf;
using Segmentation.Onnx;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.Tests.Shared;

/// <summary>A small ONNX graph with the names, types and ranks of a published one. Weights come from a seed.</summary>
/// <param name="seed">Seed of the weights.</param>
internal sealed class StubGraph(int seed = 7)
{
    private const int Opset = 17;
    private readonly GraphProto _graph = new() { Name = "stub" };
    private readonly Random _random = new(seed);
    private int _count;

    /// <summary>Adds an input; a dimension is a number or the name of a free size.</summary>
    public string Input(string name, DataType type, params object[] shape)
    {
        _graph.Input.Add(Describe(name, type, shape));
        return name;
    }

    /// <summary>Makes a value an output; a dimension is a number or the name of a free size.</summary>
    public void Output(string value, string name, DataType type, params object[] shape)
    {
        _graph.Output.Add(Describe(name, type, shape));
        _graph.Node.Add(new NodeProto { OpType = "Identity", Name = name, Input = { value }, Output = { name } });
    }

    /// <summary>Adds a node with one output and returns the output's name.</summary>
    public string Node(string operation, string[] inputs, params AttributeProto[] attributes) =>
        Nodes(operation, inputs, 1, attributes)[0];

    /// <summary>Adds a node with several outputs.</summary>
    public string[] Nodes(string operation, string[] inputs, int outputs, params AttributeProto[] attributes)
    {
        string[] names = [.. Enumerable.Range(0, outputs).Select(_ => $"{operation}_{_count++}")];
        _graph.Node.Add(new NodeProto
        {
            Name = names[0],
            OpType = operation,
            Input = { inputs },
            Output = { names },
            Attribute = { attributes },
        });
        return names;
    }

    /// <summary>Adds a node that makes a value of another type.</summary>
    public string Cast(string value, DataType type) => Node("Cast", [value], Whole("to", (long)type));

    /// <summary>Adds a constant of floats.</summary>
    public string Floats(float[] values, params long[] shape) =>
        Constant(DataType.Float, MemoryMarshal.AsBytes<float>(values), shape);

    /// <summary>Adds a constant of seeded floats from 0 to 1.</summary>
    public string Weights(params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (product, side) => product * side)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = _random.NextSingle();
        }

        return Floats(values, shape);
    }

    /// <summary>Adds a constant of bytes, with sign or without.</summary>
    public string Bytes(DataType type, byte[] values, params long[] shape) => Constant(type, values, shape);

    /// <summary>Adds a one-dimensional constant of 64-bit integers.</summary>
    public string Integers(params long[] values) =>
        Constant(DataType.Int64, MemoryMarshal.AsBytes<long>(values), values.Length);

    /// <summary>An attribute that is an integer.</summary>
    public static AttributeProto Whole(string name, long value) =>
        new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    /// <summary>An attribute that is a list of integers.</summary>
    public static AttributeProto Wholes(string name, params long[] values) =>
        new() { Name = name, Ints = { values }, Type = AttributeProto.Types.AttributeType.Ints };

    /// <summary>An attribute that is a text.</summary>
    public static AttributeProto Text(string name, string value) => new()
    {
        Name = name,
        S = ByteString.CopyFromUtf8(value),
        Type = AttributeProto.Types.AttributeType.String,
    };

    /// <summary>Bytes of the file.</summary>
    public byte[] ToBytes() => Model().ToByteArray();

    /// <summary>Writes the file.</summary>
    /// <returns>Its path.</returns>
    public string Save(string path)
    {
        File.WriteAllBytes(path, ToBytes());
        return path;
    }

    /// <summary>Writes the file with all constants of floats in another file beside it (external data).</summary>
    /// <param name="path">Path of the graph.</param>
    /// <param name="data">Name of the other file.</param>
    /// <returns>Path of the graph.</returns>
    public string SaveWithData(string path, string data)
    {
        var model = Model().Clone();
        using var stream = File.Create(Path.Combine(Path.GetDirectoryName(path)!, data));
        foreach (var tensor in model.Graph.Initializer.Where(one => one.DataType == (int)DataType.Float))
        {
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = data });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{stream.Position}" });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{tensor.RawData.Length}" });
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            tensor.RawData.WriteTo(stream);
            tensor.ClearRawData();
        }

        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    private ModelProto Model() => new()
    {
        IrVersion = 8,
        ProducerName = "stub",
        Graph = _graph,
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = Opset } },
    };

    private string Constant(DataType type, ReadOnlySpan<byte> values, params ReadOnlySpan<long> shape)
    {
        var tensor = new TensorProto
        {
            Name = $"constant_{_count++}",
            DataType = (int)type,
            RawData = ByteString.CopyFrom(values),
        };
        tensor.Dims.AddRange(shape.ToArray());
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private static ValueInfoProto Describe(string name, DataType type, object[] shape)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = new TensorShapeProto() };
        foreach (var side in shape)
        {
            tensor.Shape.Dim.Add(side is string symbol
                ? new TensorShapeProto.Types.Dimension { DimParam = symbol }
                : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(side, null) });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
