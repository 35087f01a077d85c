using Segmentation.Models.Layouts;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.Models.Recognition;

/// <summary>An input or output of a graph as its file declares it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">Type of its elements, by ONNX.</param>
/// <param name="Dimensions">Its dimensions, null for a free one; null where the file does not say.</param>
internal sealed record TensorPort(string Name, DataType ElementType, IReadOnlyList<long?>? Dimensions)
{
    /// <summary>Number of its dimensions; null where the file does not say.</summary>
    public int? Rank => Dimensions?.Count;

    /// <summary>Type of its elements; null for one that no published layout has.</summary>
    public NumberType? Type => ElementType switch
    {
        DataType.Float => NumberType.F32,
        DataType.Float16 => NumberType.F16,
        DataType.Uint8 => NumberType.U8,
        DataType.Int32 => NumberType.I32,
        DataType.Int64 => NumberType.I64,
        DataType.Bool => NumberType.Bool,
        _ => null,
    };

    /// <summary>True for 32-bit and 16-bit floating point.</summary>
    public bool IsFloat => Type is NumberType.F32 or NumberType.F16;

    /// <summary>A dimension, counted from the end where negative; null where free or not there.</summary>
    public long? Dimension(int index)
    {
        var place = index < 0 ? Rank + index : index;
        return place >= 0 && place < Rank ? Dimensions![place.Value] : null;
    }

    /// <summary>True if no fixed dimension contradicts, the last one last. Free dimensions fit any size.</summary>
    public bool EndsWith(params ReadOnlySpan<long> sizes)
    {
        for (var i = 1; i <= sizes.Length; i++)
        {
            if (Dimension(-i) is { } size && size != sizes[^i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Name and dimensions, for an error: <c>point_coords [1,?,2]</c>.</summary>
    public override string ToString() => Dimensions is null
        ? Name
        : $"{Name} [{string.Join(',', Dimensions.Select(one => one?.ToString(null, null) ?? "?"))}]";
}
