namespace Segmentation.Models.Layouts;

/// <summary>A tensor that an encoder computes for each image.</summary>
/// <param name="Role">Its role.</param>
/// <param name="Output">Name of the encoder's output.</param>
/// <param name="Dimensions">Its shape for one image, without the batch: three numbers.</param>
/// <param name="Type">Type of the encoder's output.</param>
public sealed record EncoderTensor(
    TensorRole Role, string Output, IReadOnlyList<int> Dimensions, NumberType Type = NumberType.F32)
{
    /// <summary>Values for one image.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Length => Dimensions.Aggregate(1, (product, side) => product * side);
}
