using Segmentation.Onnx;
using AttributeType = Segmentation.Onnx.AttributeProto.Types.AttributeType;

namespace Segmentation.ModelBuilder.Graphs;

/// <summary>Makes attributes of nodes.</summary>
internal static class Attributes
{
    public static AttributeProto Of(string name, long value) =>
        new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Of(string name, float value) =>
        new() { Name = name, Type = AttributeType.Float, F = value };

    public static AttributeProto Of(string name, long[] values) =>
        new() { Name = name, Type = AttributeType.Ints, Ints = { values } };
}
