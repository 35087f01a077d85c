using System.Runtime.InteropServices;
using Google.Protobuf;
using Segmentation.Onnx;
using AttributeType = Segmentation.Onnx.AttributeProto.Types.AttributeType;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.Tests.Shared.Twins;

/// <summary>Collects nodes of a published graph, with the names that torch's exporter gives.</summary>
internal sealed class TwinGraph(TwinOptions options, TwinWeights weights)
{
    private readonly GraphProto _graph = new() { Name = "torch_jit" };
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _parameters = new(StringComparer.Ordinal);
    private int _folded = 1400;

    /// <summary>The graph with its header.</summary>
    public ModelProto Build() => new()
    {
        IrVersion = 8,
        ProducerName = "pytorch",
        Graph = _graph,
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = options.OperatorSet } },
    };

    public string Input(string name, DataType type, params object[] shape)
    {
        _graph.Input.Add(Describe(name, type, shape));
        return name;
    }

    public void Output(string value, string name, params object[] shape)
    {
        _graph.Output.Add(Describe(name, DataType.Float, shape));
        _graph.Node.Single(node => node.Output.Contains(value)).Output[0] = name;
        foreach (var node in _graph.Node)
        {
            for (var i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = node.Input[i] == value ? name : node.Input[i];
            }
        }
    }

    /// <summary>Appends a node and returns the name of its output.</summary>
    public string Make(string operation, string scope, string[] inputs, params AttributeProto[] attributes)
    {
        var stem = $"{scope}/{operation}";
        var count = _counts[stem] = _counts.GetValueOrDefault(stem, -1) + 1;
        var name = count == 0 ? stem : $"{stem}_{count}";
        _graph.Node.Add(new NodeProto
        {
            Name = name,
            OpType = operation,
            Input = { inputs },
            Output = { $"{name}_output_0" },
            Attribute = { attributes },
        });
        return $"{name}_output_0";
    }

    /// <summary>A parameter under the name of the file.</summary>
    public string Parameter(string path)
    {
        var name = TwinPaths.NameOf(path, options);
        if (_parameters.Add(path))
        {
            Initializer(name, weights[path]);
        }

        return name;
    }

    /// <summary>A parameter in another shape: folded under a number, or in dynamo's files reshaped by a node.</summary>
    public string Reshaped(string path, string user, params int[] shape) => options.Names == TwinNames.Dynamo
        ? Make("Reshape", "", [Parameter(path), Integers([.. shape.Select(size => (long)size)])])
        : Folded(user, weights[path].Reshaped(shape));

    /// <summary>Parameters [n,C] joined to [1,N,C]: folded, or in dynamo's files joined by nodes.</summary>
    public string Joined(params string[] paths)
    {
        if (options.Names == TwinNames.Dynamo)
        {
            return Unsqueeze(Concat(0, [.. paths.Select(Parameter)]), 0);
        }

        var columns = weights[paths[0]].Shape[1];
        float[] values = [.. paths.SelectMany(path => weights[path].Values)];
        return Folded("Expand", new TwinTensor([1, values.Length / columns, columns], values));
    }

    /// <summary>A constant that the exporter folded.</summary>
    public string Folded(string user, TwinTensor tensor) => Initializer($"onnx::{user}_{_folded++}", tensor);

    /// <summary>A Constant node with one number.</summary>
    public string Scalar(float value) => Constant(new TensorProto
    {
        DataType = (int)DataType.Float,
        RawData = ByteString.CopyFrom(BitConverter.GetBytes(value)),
    });

    /// <summary>A Constant node with integers.</summary>
    public string Integers(params long[] values) => Constant(new TensorProto
    {
        Dims = { values.Length },
        DataType = (int)DataType.Int64,
        RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>(values)),
    });

    /// <summary>A Constant node with one integer without a dimension.</summary>
    public string Index(long value) => Constant(new TensorProto
    {
        DataType = (int)DataType.Int64,
        RawData = ByteString.CopyFrom(BitConverter.GetBytes(value)),
    });

    /// <summary>A linear layer over the last axis: the weight transposed under a number, or by a node.</summary>
    public string Linear(string path, string value)
    {
        var scope = TwinPaths.ScopeOf(path, options);
        var weight = options.Names == TwinNames.Dynamo
            ? Make("Transpose", scope, [Parameter($"{path}.weight")], Of("perm", 1, 0))
            : Folded("MatMul", weights[$"{path}.weight"].Transposed());
        return Make("Add", scope, [Parameter($"{path}.bias"), Make("MatMul", scope, [value, weight])]);
    }

    /// <summary>A linear layer of a head, whose input has two axes.</summary>
    public string Gemm(string path, string value) => Make(
        "Gemm", TwinPaths.ScopeOf(path, options), [value, Parameter($"{path}.weight"), Parameter($"{path}.bias")],
        Of("transB", 1L));

    /// <summary>LayerNorm over the last axis.</summary>
    public string Norm(string path, string value)
    {
        var scope = TwinPaths.ScopeOf(path, options);
        const float Epsilon = 1e-5f;
        if (options.OperatorSet >= 17)
        {
            return Make(
                "LayerNormalization", scope, [value, Parameter($"{path}.weight"), Parameter($"{path}.bias")],
                Of("axis", -1L), Of("epsilon", Epsilon));
        }

        var normal = Normal(scope, value, -1, Epsilon);
        return Make("Add", scope, [Make("Mul", scope, [normal, Parameter($"{path}.weight")]), Parameter($"{path}.bias")]);
    }

    /// <summary>LayerNorm2d over axis 1.</summary>
    public string Norm2d(string path, string value)
    {
        var scope = TwinPaths.ScopeOf(path, options);
        var channels = weights[$"{path}.weight"].Values.Length;
        var normal = Normal(scope, value, 1, 1e-6f);
        var scaled = Make("Mul", scope, [Reshaped($"{path}.weight", "Mul", channels, 1, 1), normal]);
        return Make("Add", scope, [scaled, Reshaped($"{path}.bias", "Add", channels, 1, 1)]);
    }

    public string Gelu(string scope, string value)
    {
        if (options.TanhGelu)
        {
            var cube = Make("Mul", scope, [value, Make("Mul", scope, [value, value])]);
            var inner = Make("Add", scope, [value, Make("Mul", scope, [cube, Scalar(0.044715f)])]);
            var tanh = Make("Tanh", scope, [Make("Mul", scope, [inner, Scalar(0.7978846f)])]);
            return Make("Mul", scope,
                [Make("Mul", scope, [value, Scalar(0.5f)]), Make("Add", scope, [tanh, Scalar(1)])]);
        }

        var erf = Make("Erf", scope, [Make("Div", scope, [value, Scalar(MathF.Sqrt(2))])]);
        return Make("Mul", scope, [Make("Mul", scope, [value, Make("Add", scope, [erf, Scalar(1)])]), Scalar(0.5f)]);
    }

    public string Reshape(string value, params long[] shape) => Make("Reshape", "", [value, Integers(shape)]);

    public string Transpose(string value, params long[] axes) => Make("Transpose", "", [value], Of("perm", axes));

    public string Concat(long axis, params string[] parts) => Make("Concat", "", parts, Of("axis", axis));

    public string Slice(string value, long start, long end, long axis) =>
        Make("Slice", "", [value, Integers(start), Integers(end), Integers(axis)]);

    public string Unsqueeze(string value, params long[] axes) => Make("Unsqueeze", "", [value, Integers(axes)]);

    public static AttributeProto Of(string name, long value) =>
        new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Of(string name, float value) =>
        new() { Name = name, Type = AttributeType.Float, F = value };

    public static AttributeProto Of(string name, params long[] values) =>
        new() { Name = name, Type = AttributeType.Ints, Ints = { values } };

    public static AttributeProto Of(string name, string value) =>
        new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    // Reference: LayerNorm as arithmetic.
    private string Normal(string scope, string value, long axis, float epsilon)
    {
        var centred = Make("Sub", scope, [value, Mean(scope, value, axis)]);
        var variance = Mean(scope, Make("Pow", scope, [centred, Scalar(2)]), axis);
        return Make("Div", scope, [centred, Make("Sqrt", scope, [Make("Add", scope, [variance, Scalar(epsilon)])])]);
    }

    private string Mean(string scope, string value, long axis) => options.OperatorSet >= 18
        ? Make("ReduceMean", scope, [value, Integers(axis)], Of("keepdims", 1L))
        : Make("ReduceMean", scope, [value], Of("axes", [axis]), Of("keepdims", 1L));

    private string Constant(TensorProto tensor) => Make(
        "Constant", "", [], new AttributeProto { Name = "value", Type = AttributeType.Tensor, T = tensor });

    private string Initializer(string name, TwinTensor tensor)
    {
        _graph.Initializer.Add(new TensorProto
        {
            Name = name,
            Dims = { tensor.Shape.Select(size => (long)size) },
            DataType = (int)DataType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(tensor.Values)),
        });
        return name;
    }

    private static ValueInfoProto Describe(string name, DataType type, object[] shape)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = new TensorShapeProto() };
        foreach (var size in shape)
        {
            tensor.Shape.Dim.Add(size is string symbol
                ? new TensorShapeProto.Types.Dimension { DimParam = symbol }
                : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(size, null) });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
