using System.Runtime.CompilerServices;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>Depthwise convolution of 3 x 3, one row at a time.</summary>
/// <param name="weight">[channels, 3, 3].</param>
/// <param name="bias">[channels].</param>
internal sealed unsafe class DepthwiseConv3x3<TSimd, TVector>(float[] weight, float[] bias)
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Taps = 9;

    /// <summary>Channels of input and output.</summary>
    public int Channels => bias.Length;

    /// <summary>Computes one row of the result.</summary>
    /// <param name="rows">The rows above, at and below it.</param>
    /// <param name="taps">Offsets of the three columns of the kernel, from a row's column of the result.</param>
    /// <param name="result">Receives the row, in tiles.</param>
    /// <param name="columns">Columns of the result.</param>
    /// <param name="withGelu">True to apply GELU.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(
        (ChannelRow Above, ChannelRow At, ChannelRow Below) rows,
        (nint Left, nint At, nint Right) taps,
        TiledRow result,
        int columns,
        bool withGelu)
    {
        var width = ColumnTile<TSimd, TVector>.Width;
        fixed (float* weights = weight)
        {
            for (var channel = 0; channel < bias.Length; channel++)
            {
                var w = weights + channel * Taps;
                var above = rows.Above.Data + channel * rows.Above.Stride;
                var at = rows.At.Data + channel * rows.At.Stride;
                var below = rows.Below.Data + channel * rows.Below.Stride;
                var start = TSimd.Create(bias[channel]);
                var (w0, w1, w2) = (TSimd.Create(w[0]), TSimd.Create(w[1]), TSimd.Create(w[2]));
                var (w3, w4, w5) = (TSimd.Create(w[3]), TSimd.Create(w[4]), TSimd.Create(w[5]));
                var (w6, w7, w8) = (TSimd.Create(w[6]), TSimd.Create(w[7]), TSimd.Create(w[8]));
                var to = result.Data + channel * result.Stride;
                for (var tile = 0; tile < columns; tile += width, to += result.TileStride)
                {
                    for (var inTile = 0; inTile < width; inTile += TSimd.Count)
                    {
                        var column = tile + inTile;
                        var sum = TSimd.MultiplyAdd(w0, TSimd.Load(above + column + taps.Left), start);
                        sum = TSimd.MultiplyAdd(w1, TSimd.Load(above + column + taps.At), sum);
                        sum = TSimd.MultiplyAdd(w2, TSimd.Load(above + column + taps.Right), sum);
                        sum = TSimd.MultiplyAdd(w3, TSimd.Load(at + column + taps.Left), sum);
                        sum = TSimd.MultiplyAdd(w4, TSimd.Load(at + column + taps.At), sum);
                        sum = TSimd.MultiplyAdd(w5, TSimd.Load(at + column + taps.Right), sum);
                        sum = TSimd.MultiplyAdd(w6, TSimd.Load(below + column + taps.Left), sum);
                        sum = TSimd.MultiplyAdd(w7, TSimd.Load(below + column + taps.At), sum);
                        sum = TSimd.MultiplyAdd(w8, TSimd.Load(below + column + taps.Right), sum);
                        TSimd.Store(withGelu ? VectorMath<TSimd, TVector>.Gelu(sum) : sum, to + inTile);
                    }
                }
            }
        }
    }
}
