using System.Runtime.InteropServices;
using Google.Protobuf;
using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;
using Segmentation.Onnx;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Tests.Published;

/// <summary>Writes graphs with the node names of a published export and random weights of one seed.</summary>
internal sealed class PublishedGraph(string name, int seed)
{
    private readonly GraphProto _graph = new() { Name = name };
    private readonly Random _random = new(seed);
    private int _constants;

    public PublishedWeights Build() => new(ModelHeader.Wrap(_graph, "A test's model."), "test.onnx");

    public string Input(string value, params long[] shape)
    {
        _graph.Input.Add(Describe(value, shape));
        return value;
    }

    public void Output(string source, string value, params long[] shape)
    {
        _graph.Output.Add(Describe(value, shape));
        Op("Identity", $"/output/{value}", [source], value);
    }

    /// <summary>A node of the export, by its name.</summary>
    public string Op(string operation, string node, string[] inputs, params AttributeProto[] attributes) =>
        Op(operation, node, inputs, $"{node}_output_0", attributes);

    /// <summary>A random weight; its size falls with the number of inputs, so that values stay near one.</summary>
    public string Weight(string name, params int[] shape) => WeightAround(0, name, shape);

    /// <summary>A random weight around a mean.</summary>
    public string WeightAround(float mean, string name, params int[] shape)
    {
        var size = shape.Aggregate(1, (product, axis) => product * axis);
        var scale = shape.Length < 2 ? 0.3 : 1.5 / Math.Sqrt(size / (double)shape.Max());
        var values = new float[size];
        for (var i = 0; i < size; i++)
        {
            values[i] = (float)(mean + (scale * ((2 * _random.NextDouble()) - 1)));
        }

        return Constant(new Tensor(shape, values), name);
    }

    public string Constant(Tensor tensor, string? name = null) => Initializer(new TensorProto
    {
        Name = name ?? $"onnx::Constant_{_constants++}",
        Dims = { tensor.Shape.Select(size => (long)size) },
        DataType = (int)DataType.Float,
        RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(tensor.Values)),
    });

    public string Scalar(float value) => Constant(new Tensor([], [value]));

    public string Integers(params long[] values) => Initializer(new TensorProto
    {
        Name = $"onnx::Constant_{_constants++}",
        Dims = { values.Length },
        DataType = (int)DataType.Int64,
        Int64Data = { values },
    });

    /// <summary>A scalar index.</summary>
    public string Index(long value) => Initializer(new TensorProto
    {
        Name = $"onnx::Constant_{_constants++}",
        DataType = (int)DataType.Int64,
        Int64Data = { value },
    });

    /// <summary>A linear layer as exported: the weight transposed under a generated name, then the bias.</summary>
    public string Linear(string scope, string bias, string input, int inputs, int outputs)
    {
        var product = Op("MatMul", $"{scope}/MatMul",
            [input, Weight($"onnx::MatMul_{_constants++}", inputs, outputs)]);
        return Op("Add", $"{scope}/Add", [Weight(bias, outputs), product]);
    }

    public string LayerNorm(string node, string parameter, string input, int channels) => Op(
        "LayerNormalization", node,
        [input, WeightAround(1, $"{parameter}.weight", channels), Weight($"{parameter}.bias", channels)],
        Attributes.Of("epsilon", 1e-5f));

    /// <summary>LayerNorm2d as exported: arithmetic over axis 1 of [B,C,H,W].</summary>
    public string LayerNorm2d(string scope, string input, int channels)
    {
        var mean = Op("ReduceMean", $"{scope}/ReduceMean", [input, Integers(1)]);
        var centred = Op("Sub", $"{scope}/Sub", [input, mean]);
        var square = Op("Mul", $"{scope}/Pow", [centred, centred]);
        var variance = Op("ReduceMean", $"{scope}/ReduceMean_1", [square, Integers(1)]);
        var root = Op("Sqrt", $"{scope}/Sqrt", [Op("Add", $"{scope}/Add", [variance, Scalar(1e-6f)])]);
        var normal = Op("Div", $"{scope}/Div", [centred, root]);
        var scaled = Op("Mul", $"{scope}/Mul",
            [WeightAround(1, $"onnx::Mul_{_constants++}", channels, 1, 1), normal]);
        return Op("Add", $"{scope}/Add_1", [scaled, Weight($"onnx::Add_{_constants++}", channels, 1, 1)]);
    }

    public string Gelu(string scope, string input)
    {
        var erf = Op("Erf", $"{scope}/Erf", [Op("Div", $"{scope}/Div", [input, Scalar(MathF.Sqrt(2))])]);
        var product = Op("Mul", $"{scope}/Mul", [input, Op("Add", $"{scope}/Add", [erf, Scalar(1)])]);
        return Op("Mul", $"{scope}/Mul_1", [product, Scalar(0.5f)]);
    }

    public string Reshape(string node, string input, params long[] shape) =>
        Op("Reshape", node, [input, Integers(shape)]);

    public string Transpose(string node, string input, params long[] axes) =>
        Op("Transpose", node, [input], Attributes.Of("perm", axes));

    private string Op(
        string operation, string node, string[] inputs, string output, params AttributeProto[] attributes)
    {
        _graph.Node.Add(new NodeProto
        {
            Name = node,
            OpType = operation,
            Input = { inputs },
            Output = { output },
            Attribute = { attributes },
        });
        return output;
    }

    private string Initializer(TensorProto tensor)
    {
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private static ValueInfoProto Describe(string value, long[] shape) => new()
    {
        Name = value,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = (int)DataType.Float,
                Shape = new TensorShapeProto
                {
                    Dim =
                    {
                        shape.Select(size => size < 0
                            ? new TensorShapeProto.Types.Dimension { DimParam = $"free{-size}" }
                            : new TensorShapeProto.Types.Dimension { DimValue = size }),
                    },
                },
            },
        },
    };
}
