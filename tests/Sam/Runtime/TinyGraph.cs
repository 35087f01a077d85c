using Google.Protobuf;
using Segmentation.Onnx;
using ElementType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.Sam.Tests.Runtime;

/// <summary>Graphs of a few operators, written for a test.</summary>
internal static class TinyGraph
{
    /// <summary>A graph of these nodes from <c>x</c> [N,width] to <c>y</c> [N,height], both in 32 bits.</summary>
    public static ModelProto Create(
        int width, int height, IEnumerable<NodeProto> nodes, params TensorProto[] weights) =>
        new()
        {
            IrVersion = 9,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 17 } },
            Graph = new GraphProto
            {
                Name = "tiny",
                Node = { nodes },
                Initializer = { weights },
                Input = { Port("x", width) },
                Output = { Port("y", height) },
            },
        };

    /// <summary>A node without attributes.</summary>
    public static NodeProto Node(string kind, string output, params string[] inputs) =>
        new() { OpType = kind, Name = output, Input = { inputs }, Output = { output } };

    /// <summary>A node that converts to 32 bits.</summary>
    public static NodeProto ToFloat(string output, string input)
    {
        var node = Node("Cast", output, input);
        node.Attribute.Add(new AttributeProto
        {
            Name = "to",
            Type = AttributeProto.Types.AttributeType.Int,
            I = (long)ElementType.Float,
        });
        return node;
    }

    /// <summary>Weights in 16-bit integers.</summary>
    public static TensorProto Weights(string name, short[] values, params long[] shape) => new()
    {
        Name = name,
        Dims = { shape },
        DataType = (int)ElementType.Int16,
        RawData = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes<short>(values)),
    };

    /// <summary>Weights in 32-bit floats.</summary>
    public static TensorProto Weights(string name, float[] values, params long[] shape) => new()
    {
        Name = name,
        Dims = { shape },
        DataType = (int)ElementType.Float,
        RawData = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values)),
    };

    private static ValueInfoProto Port(string name, int width) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = (int)ElementType.Float,
                Shape = new TensorShapeProto
                {
                    Dim =
                    {
                        new TensorShapeProto.Types.Dimension { DimParam = "N" },
                        new TensorShapeProto.Types.Dimension { DimValue = width },
                    },
                },
            },
        },
    };
}
