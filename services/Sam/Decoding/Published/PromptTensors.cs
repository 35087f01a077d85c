using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Segmentation.Masks.Geometry;
using Segmentation.Models.Layouts;

namespace Segmentation.Sam.Decoding.Published;

/// <summary>Makes a published decoder's inputs for prompts of a batch, in the types and ranks of its ports.</summary>
internal sealed class PromptTensors
{
    private const int MaskLength = ImageGeometry.LowResSide * ImageGeometry.LowResSide;

    // The graph makes masks of the image size that it is given: at the size of the logits, masks are the logits.
    private static readonly float[] _imageSize = [ImageGeometry.LowResSide, ImageGeometry.LowResSide];
    private readonly float[] _noMasks = new float[DecodeBatch.MaxPrompts * MaskLength];

    /// <summary>Makes an input that depends on the prompts.</summary>
    /// <param name="port">The input.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="first">Index of the first prompt.</param>
    /// <param name="count">Number of prompts.</param>
    /// <returns>The input, to be disposed.</returns>
    public OrtValue Make(GraphPort port, DecodeBatch batch, int first, int count)
    {
        var points = batch.Tokens;
        return port.Role switch
        {
            DecoderRole.Points => Convert(
                batch.Coordinates.AsSpan(first * points * 2, count * points * 2), port, [count, points, 2]),
            DecoderRole.Labels => Convert(
                batch.Labels.AsSpan(first * points, count * points), port, [count, points]),
            DecoderRole.Boxes when batch.BoxesApart.Length == 0 => Convert([], port, [0, 4]),
            DecoderRole.Boxes => Convert(batch.BoxesApart.AsSpan(first * 4, count * 4), port, [count, 4]),
            DecoderRole.MaskInput => Convert(
                batch.MaskLogits ?? _noMasks.AsSpan(0, count * MaskLength),
                port,
                [count, 1, ImageGeometry.LowResSide, ImageGeometry.LowResSide]),
            // One value, whatever the number of prompts: more would be multiplied with columns of the mask.
            DecoderRole.HasMaskInput => Convert([batch.MaskLogits is null ? 0 : 1], port, [1]),
            DecoderRole.ImageSize => Convert(_imageSize, port, [2]),
            _ => throw new InvalidDataException(
                $"The decoder's port '{port.Name}' has the role {port.Role}, which is no input for prompts."),
        };
    }

    /// <summary>Makes a tensor of the port's type and rank: dimensions of 1 come before those given.</summary>
    public static OrtValue Convert(ReadOnlySpan<float> values, GraphPort port, ReadOnlySpan<long> dimensions)
    {
        long[] shape = [.. Enumerable.Repeat(1L, Math.Max(0, port.Rank - dimensions.Length)), .. dimensions];
        return port.Type switch
        {
            NumberType.F32 => Fill(values, shape, TensorElementType.Float, static value => value),
            NumberType.F16 => Fill(values, shape, TensorElementType.Float16, static value => (Float16)value),
            NumberType.I32 => Fill(values, shape, TensorElementType.Int32, static value => (int)value),
            NumberType.I64 => Fill(values, shape, TensorElementType.Int64, static value => (long)value),
            _ => throw new InvalidDataException($"Input '{port.Name}' of type {port.Type} is not supported."),
        };
    }

    private static OrtValue Fill<T>(
        ReadOnlySpan<float> values, long[] shape, TensorElementType type, Func<float, T> convert)
        where T : unmanaged
    {
        // Also for tensors without values, which cannot be made over memory.
        var tensor = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type, shape);
        if (typeof(T) == typeof(float))
        {
            values.CopyTo(tensor.GetTensorMutableDataAsSpan<float>());
            return tensor;
        }

        var target = MemoryMarshal.Cast<byte, T>(tensor.GetTensorMutableRawData());
        for (var i = 0; i < values.Length; i++)
        {
            target[i] = convert(values[i]);
        }

        return tensor;
    }
}
