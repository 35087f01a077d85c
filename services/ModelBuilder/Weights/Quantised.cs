namespace Segmentation.ModelBuilder.Weights;

/// <summary>Weights in 8 bits, as ONNX Runtime's quantisation writes them.</summary>
internal static class Quantised
{
    /// <summary>Suffixes of the three constants that stand for a weight.</summary>
    public const string Values = "_quantized", Scale = "_scale", ZeroPoint = "_zero_point";

    /// <summary>
    /// Returns (value - zero point) times scale; scale and zero point are one number or one a channel.
    /// </summary>
    /// <param name="stored">The integers.</param>
    /// <param name="scale">Scale: one number, or one for each index of <paramref name="axis"/>.</param>
    /// <param name="zeroPoint">Zero point likewise; null for zero.</param>
    /// <param name="axis">Axis of the channels.</param>
    /// <returns>The weight, within half a step of what it was; null if the scales do not fit to the axis.</returns>
    public static Tensor? Restore(Tensor stored, Tensor scale, Tensor? zeroPoint, int axis)
    {
        var (scales, zeros) = (scale.Values, zeroPoint?.Values ?? [0]);
        axis = axis < 0 ? axis + stored.Shape.Length : axis;
        var channels = axis < stored.Shape.Length ? stored.Shape[axis] : 1;
        if ((scales.Length != 1 && scales.Length != channels) || (zeros.Length != 1 && zeros.Length != channels))
        {
            return null;
        }

        var inner = stored.Shape.Skip(axis + 1).Aggregate(1, (product, size) => product * size);
        var values = new float[stored.Values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var channel = i / inner % channels;
            values[i] = (stored.Values[i] - zeros[zeros.Length == 1 ? 0 : channel])
                * scales[scales.Length == 1 ? 0 : channel];
        }

        return new Tensor(stored.Shape, values);
    }
}
