using Segmentation.ModelBuilder.Decoder;
using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;

namespace Segmentation.Sam.Tests.Decoding.Cpu.Reference;

/// <summary>
/// A decoder's weights rounded to the 16 bits in which the decode graph stores them, so that what is left between two
/// implementations is their arithmetic alone.
/// </summary>
internal static class StoredWeights
{
    public static PublishedDecoderWeights Of(PublishedDecoderWeights weights) => weights with
    {
        Layers =
        [
            .. weights.Layers.Select(layer => layer with
            {
                SelfAttention = Of(layer.SelfAttention),
                TokenToImage = Of(layer.TokenToImage),
                MlpLin1 = Of(layer.MlpLin1),
                MlpLin2 = Of(layer.MlpLin2),
                ImageToToken = Of(layer.ImageToToken),
            }),
        ],
        FinalAttention = Of(weights.FinalAttention),
        Upscale0 = OfTransposed(weights.Upscale0),
        Upscale1 = OfTransposed(weights.Upscale1),
        Heads = [.. weights.Heads.Select(head => head.Select(Of).ToArray())],
        ObjectScoreHead = weights.ObjectScoreHead?.Select(Of).ToArray(),
    };

    private static Attention Of(Attention attention) =>
        new(Of(attention.Query), Of(attention.Key), Of(attention.Value), Of(attention.Output));

    private static LinearGraph Of(LinearGraph linear) => linear with { Weight = Round(linear.Weight, 1) };

    // Stored as [in, (row, column, out)], a scale for each of the last.
    private static LinearGraph OfTransposed(LinearGraph convolution)
    {
        var moved = convolution.Weight.Transpose(0, 2, 3, 1);
        var matrix = moved.Reshape(moved.Rows, moved.Values.Length / moved.Rows);
        return convolution with { Weight = Round(matrix, 1).Reshape(moved.Shape).Transpose(0, 3, 1, 2) };
    }

    private static Tensor Round(Tensor tensor, int axis)
    {
        var compact = Int16Weight.From(tensor, axis);
        var stored = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(compact.Values.RawData.Span).ToArray();
        return new Tensor(
            tensor.Shape, [.. stored.Select((value, i) => value * compact.Scale.Values[i % compact.Scale.Values.Length])]);
    }
}
