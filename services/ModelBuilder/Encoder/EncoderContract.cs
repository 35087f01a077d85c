using Segmentation.ModelBuilder.Weights;
using Segmentation.Onnx;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Encoder;

/// <summary>Inputs and outputs of a published image encoder.</summary>
internal static class EncoderContract
{
    /// <summary>Checks inputs and outputs; returns the name of the input.</summary>
    public static string Check(PublishedWeights model)
    {
        var graph = model.Model.Graph;
        var constants = graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        var inputs = graph.Input.Where(input => !constants.Contains(input.Name)).ToArray();
        if (inputs is not [var input] || !HasShape(input, 3, 1024, 1024))
        {
            throw model.Error("an image encoder has one float32 input [1,3,1024,1024], this has "
                + string.Join(", ", inputs.Select(Describe)));
        }

        if (graph.Output is not [var output] || !HasShape(output, 256, 64, 64))
        {
            throw model.Error("an image encoder has one float32 output [1,256,64,64], this has "
                + string.Join(", ", graph.Output.Select(Describe)));
        }

        return input.Name;
    }

    private static bool HasShape(ValueInfoProto value, params long[] sizes) =>
        value.Type?.TensorType is { ElemType: (int)DataType.Float, Shape.Dim: { Count: 4 } dimensions }
        && dimensions.Skip(1).Zip(sizes).All(pair => !pair.First.HasDimValue || pair.First.DimValue == pair.Second);

    private static string Describe(ValueInfoProto value)
    {
        var sizes = value.Type?.TensorType?.Shape?.Dim.Select(d => d.HasDimValue ? $"{d.DimValue}" : d.DimParam) ?? [];
        return $"{value.Name} [{string.Join(',', sizes)}]";
    }
}
