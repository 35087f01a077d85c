using System.Runtime.InteropServices;
using Google.Protobuf;
using Segmentation.ModelBuilder.Weights;
using Segmentation.Onnx;

namespace Segmentation.ModelBuilder.Graphs;

/// <summary>
/// A tensor in signed 16-bit integers with one float32 scale a channel. The error is at most 1/65534 of the channel's
/// largest value, several times less than float16's for weights of similar size.
/// </summary>
internal sealed record Int16Weight(TensorProto Values, Tensor Scale)
{
    public static Int16Weight From(Tensor tensor, int axis)
    {
        var channels = tensor.Shape[axis];
        var inner = tensor.Shape.Skip(axis + 1).Aggregate(1, (product, size) => product * size);
        var largest = new float[channels];
        for (var i = 0; i < tensor.Values.Length; i++)
        {
            var channel = i / inner % channels;
            largest[channel] = Math.Max(largest[channel], Math.Abs(tensor.Values[i]));
        }

        var scale = Array.ConvertAll(largest, value => value > 0 ? value / short.MaxValue : 1);
        var stored = new short[tensor.Values.Length];
        for (var i = 0; i < stored.Length; i++)
        {
            stored[i] = (short)Math.Clamp(
                Math.Round(tensor.Values[i] / (double)scale[i / inner % channels]), -short.MaxValue, short.MaxValue);
        }

        var shape = new int[tensor.Shape.Length];
        Array.Fill(shape, 1);
        shape[axis] = channels;
        var values = new TensorProto
        {
            Dims = { tensor.Shape.Select(size => (long)size) },
            DataType = (int)TensorProto.Types.DataType.Int16,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<short>(stored)),
        };
        return new Int16Weight(values, new Tensor(shape, scale));
    }
}
