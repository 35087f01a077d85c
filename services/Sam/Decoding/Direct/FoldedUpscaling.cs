using System.Numerics.Tensors;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Direct;

/// <summary>
/// Weights of the first upscaling layer for images that many points are asked on. It is linear, and so is what the
/// transformer makes of image tokens T but for the moments of its two norms, a mean m and a factor r a cell:
/// <code>
/// x1 = (T + V0' a0 + o0 - m1) r1 * scale1 + bias1      a: shares of tokens, V: their values, o: the origin
/// x2 = (x1 + V1' a1 + o1 - m2) r2 * scale2 + bias2
/// W x2 + b = r1 r2 (W1 T) + W1 V0' (r1 r2 a0) + W2 V1' (r2 a1)
///     + four columns times r1 r2, m1 r1 r2, r2 and m2 r2 + a bias
/// </code>
/// with W2 = W scale2 and W1 = W2 scale1. W1 T is the image's (<see cref="Prepare"/>), which leaves a product of depth 100
/// for a point, in place of 256.
/// </summary>
internal sealed unsafe class FoldedUpscaling<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private readonly PixelLinear<TSimd, TVector> _ofImage;
    private readonly BlockedRow[] _ofTokens;
    private readonly Matrix _minusSums;
    private readonly Matrix _ofBias;
    private readonly Matrix _bias;

    public FoldedUpscaling(DecoderWeights<TSimd, TVector> weights, float[] weight, float[] bias)
    {
        (Channels, Features) = (weights.Width, bias.Length);
        var layers = Enumerable.Range(0, 2).Select(i => $"transformer.layers.{i}.norm4").ToList();
        float[][] scales = [.. layers.Select(weights.Weight)];
        float[][] biases = [.. layers.Select(weights.Bias)];
        var second = Scale(weight, scales[1]);
        var first = Scale(second, scales[0]);
        _ofImage = PixelLinear<TSimd, TVector>.OfColumns(weights.Memory, first, new float[Features]);
        _ofTokens = [Divide(weights.Memory, first), Divide(weights.Memory, second)];
        _minusSums = weights.Memory.Take(2, Features);
        _ofBias = weights.Memory.Take(1, Features);
        _bias = weights.Memory.Take(1, Features);
        for (var feature = 0; feature < Features; feature++)
        {
            double firstSum = 0, secondSum = 0, ofBias = 0, sum = bias[feature];
            for (var channel = 0; channel < Channels; channel++)
            {
                var at = channel * Features + feature;
                firstSum += first[at];
                secondSum += second[at];
                ofBias += (double)second[at] * biases[0][channel];
                sum += (double)weight[at] * biases[1][channel];
            }

            (_minusSums.Row(0)[feature], _minusSums.Row(1)[feature]) = ((float)-firstSum, (float)-secondSum);
            (_ofBias.Data[feature], _bias.Data[feature]) = ((float)ofBias, (float)sum);
        }
    }

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>Outputs of the layer.</summary>
    public int Features { get; }

    /// <summary>[features].</summary>
    public float* Bias => _bias.Data;

    private static int BlockWidth => ColumnBlock<TSimd, TVector>.Width;

    /// <summary>Cells as whole vectors have them.</summary>
    public static int Padded(int columns) => (columns + 15) & ~15;

    /// <summary>W1 T of the image's part of the grid: [rows][blocks][features][columns of the block].</summary>
    public AlignedBuffer Prepare(PreparedImage image)
    {
        var columns = Padded(image.Geometry.GridColumns);
        var result = new AlignedBuffer(image.Geometry.GridRows * Features * columns);
        var block = new AlignedBuffer(Channels * BlockWidth);
        var to = result.Pointer;
        for (var row = 0; row < image.Geometry.GridRows; row++)
        {
            for (var column = 0; column < columns; column += BlockWidth)
            {
                var width = Math.Min(BlockWidth, columns - column);
                ColumnBlock<TSimd, TVector>.Pack(
                    image.Tokens + row * image.TokenRow + column, Side, Channels, block.Pointer);
                _ofImage.SetColumns(width, block.Pointer, BlockWidth, to, width);
                to += Features * width;
            }
        }

        GC.KeepAlive(image);
        GC.KeepAlive(block);
        return result;
    }

    /// <summary>What attentions and norms contribute, a row for each number kept of a cell: [depth, features].</summary>
    public Matrix Contributions(Arena memory, ReadOnlySpan<ImageAttention<TSimd, TVector>> attentions)
    {
        var values = attentions[0].Values.Count;
        // Products make four rows at a time; those that are too many add zeros.
        var all = memory.Take(2 * (values + 2) + 2, Features);
        var panels = memory.TakeUncleared(1, Panels.Length(values + 1, Channels)).Data;
        var rows = memory.Take(values + 1, Channels);
        for (var layer = 0; layer < 2; layer++)
        {
            attentions[layer].Values.AsSpan()[..(values * rows.Stride)].CopyTo(rows.AsSpan());
            attentions[layer].Origin.Span(0).CopyTo(rows.Span(values));
            Panels.PackRows(rows, 0, Channels, panels);
            var first = layer * (values + 2);
            for (var feature = 0; feature < Features; feature += BlockWidth)
            {
                Product<TSimd, TVector, Interleaved, float>.Add(
                    panels,
                    Channels * 4,
                    4,
                    rows.Rows,
                    Channels,
                    _ofTokens[layer].Block(feature / BlockWidth),
                    _ofTokens[layer].Stride,
                    all.Row(first) + feature,
                    all.Stride,
                    Math.Min(BlockWidth, Features - feature));
            }

            _minusSums.Span(layer).CopyTo(all.Span(first + values + 1));
        }

        var ofOrigin = all.Span(2 * values + 2);
        TensorPrimitives.Add(ofOrigin, _ofBias.Span(0), ofOrigin);
        return all;
    }

    private float[] Scale(float[] weight, float[] scale) =>
        [.. weight.Select((value, i) => value * scale[i / Features])];

    private BlockedRow Divide(Arena memory, float[] weight)
    {
        var matrix = memory.Take(Channels, Features);
        for (var channel = 0; channel < Channels; channel++)
        {
            weight.AsSpan(channel * Features, Features).CopyTo(matrix.Span(channel));
        }

        return ColumnBlock<TSimd, TVector>.Divide(memory, matrix);
    }
}
