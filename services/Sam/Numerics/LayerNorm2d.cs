using System.Runtime.CompilerServices;

namespace Segmentation.Sam.Numerics;

/// <summary>
/// LayerNorm over the channels of one row of a feature map, [channels][stride]: every column is normalised by itself.
/// Reference: <c>LayerNorm2d</c> of common.py.
/// </summary>
/// <param name="scale">Weight, [channels].</param>
/// <param name="bias">[channels].</param>
/// <param name="epsilon">Added to the variance.</param>
internal sealed unsafe class LayerNorm2d<TSimd, TVector>(float[] scale, float[] bias, float epsilon)
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>Normalises the first columns, a multiple of 16, in place.</summary>
    public void Apply(float* row, int columns, nint stride) => Apply(row, columns, stride, row, stride);

    /// <summary>Normalises the first columns, a multiple of 16, and writes them to another row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(float* row, int columns, nint stride, float* result, nint strideResult)
    {
        var channels = scale.Length;
        var share = TSimd.Create(1f / channels);
        for (var column = 0; column < columns; column += TSimd.Count)
        {
            var first = row + column;
            var to = result + column;
            var mean = TSimd.Multiply(Sum(first, stride, channels), share);
            var variance = TSimd.Multiply(SumOfSquares(first, stride, channels, mean), share);
            var factor = TSimd.Divide(TSimd.Create(1), TSimd.Sqrt(TSimd.Add(variance, TSimd.Create(epsilon))));
            for (var channel = 0; channel < channels; channel++, first += stride, to += strideResult)
            {
                var normal = TSimd.Multiply(TSimd.Subtract(TSimd.Load(first), mean), factor);
                TSimd.Store(
                    TSimd.MultiplyAdd(normal, TSimd.Create(scale[channel]), TSimd.Create(bias[channel])), to);
            }
        }
    }

    // Four sums side by side: an addition takes four times as long as it takes to start the next one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Sum(float* first, nint stride, int channels)
    {
        var sum0 = TSimd.Create(0);
        var (sum1, sum2, sum3) = (sum0, sum0, sum0);
        for (var channel = 0; channel < channels; channel += 4, first += 4 * stride)
        {
            sum0 = TSimd.Add(sum0, TSimd.Load(first));
            sum1 = TSimd.Add(sum1, TSimd.Load(first + stride));
            sum2 = TSimd.Add(sum2, TSimd.Load(first + 2 * stride));
            sum3 = TSimd.Add(sum3, TSimd.Load(first + 3 * stride));
        }

        return TSimd.Add(TSimd.Add(sum0, sum1), TSimd.Add(sum2, sum3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector SumOfSquares(float* first, nint stride, int channels, TVector mean)
    {
        var sum0 = TSimd.Create(0);
        var (sum1, sum2, sum3) = (sum0, sum0, sum0);
        for (var channel = 0; channel < channels; channel += 4, first += 4 * stride)
        {
            sum0 = AddSquare(sum0, first, mean);
            sum1 = AddSquare(sum1, first + stride, mean);
            sum2 = AddSquare(sum2, first + 2 * stride, mean);
            sum3 = AddSquare(sum3, first + 3 * stride, mean);
        }

        return TSimd.Add(TSimd.Add(sum0, sum1), TSimd.Add(sum2, sum3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AddSquare(TVector sum, float* value, TVector mean)
    {
        var difference = TSimd.Subtract(TSimd.Load(value), mean);
        return TSimd.MultiplyAdd(difference, difference, sum);
    }
}
