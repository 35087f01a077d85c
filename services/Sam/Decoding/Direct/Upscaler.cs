using System.Runtime.CompilerServices;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Direct;

/// <summary>
/// Reference: <c>MaskDecoder.output_upscaling</c> and the product with the hypernetworks, for one grid row: a transposed
/// convolution of size and stride 2 is a product that gives each cell four pixels.
/// </summary>
internal sealed unsafe class Upscaler<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private const int Pixels = 4;
    private const int MostMasks = 4;
    private readonly int _channels;
    private readonly int _middle;
    private readonly int _last;
    private readonly Matrix _first;
    private readonly Matrix _second;
    private readonly float[] _firstBias;
    private readonly float[] _secondBias;
    private readonly ChannelNorm<TSimd, TVector> _norm;

    public Upscaler(DecoderWeights<TSimd, TVector> weights)
    {
        _channels = weights.Width;
        _firstBias = weights.Bias("output_upscaling.0");
        _secondBias = weights.Bias("output_upscaling.3");
        (_middle, _last) = (_firstBias.Length, _secondBias.Length);
        _first = Pack(weights.Memory, weights.Weight("output_upscaling.0"), Pixels * _middle);
        _second = Pack(weights.Memory, weights.Weight("output_upscaling.3"), Pixels * _last);
        _norm = new(weights.Weight("output_upscaling.1"), weights.Bias("output_upscaling.1"), 1e-6f);
    }

    /// <summary>
    /// Hypernetwork outputs [C/8] of at most four masks, as <see cref="Apply"/> takes them; zeros for masks that are not
    /// wanted.
    /// </summary>
    public Matrix PackHypernetworks(Arena memory, ReadOnlySpan<Matrix?> hypernetworks)
    {
        var packed = memory.Take(1, _last * MostMasks);
        for (var mask = 0; mask < hypernetworks.Length; mask++)
        {
            if (hypernetworks[mask] is not { } output)
                continue;

            for (var channel = 0; channel < _last; channel++)
            {
                packed.Data[channel * MostMasks + mask] = output.Data[channel];
            }
        }

        return packed;
    }

    /// <summary>Buffers of <see cref="Apply"/>: features of a row, pixels of a quarter, logits of a sixteenth.</summary>
    public (Matrix Features, Matrix Pixels, Matrix Logits) TakeBuffers(Arena memory) => (
        memory.TakeUncleared(Pixels * _middle, Side),
        memory.TakeUncleared(Pixels * _last, Side),
        memory.TakeUncleared(Pixels * MostMasks, Side));

    /// <summary>One grid row to four rows of logits.</summary>
    /// <param name="row">Image tokens [C, 64].</param>
    /// <param name="hypernetworks">Packed.</param>
    /// <param name="buffers">This thread's.</param>
    /// <param name="columns">Cells wanted, from the left.</param>
    /// <param name="logits">First of the four rows of the first mask.</param>
    /// <param name="masks">Masks wanted.</param>
    /// <param name="plane">Logits from a mask to the next.</param>
    public void Apply(
        float* row,
        Matrix hypernetworks,
        (Matrix Features, Matrix Pixels, Matrix Logits) buffers,
        int columns,
        float* logits,
        int masks,
        int plane)
    {
        var padded = (columns + 15) & ~15;
        Fill(buffers.Features, _firstBias);
        Product<TSimd, TVector, Interleaved, float>.Add(
            _first.Data, _channels * 4, 4, Pixels * _middle, _channels, row, Side, buffers.Features.Data, Side, padded);
        for (var quarter = 0; quarter < Pixels; quarter++)
        {
            var features = buffers.Features.Row(quarter * _middle);
            _norm.Apply(features, padded, Side);
            Elementary<TSimd, TVector>.Gelu(features, _middle * Side);
            Fill(buffers.Pixels, _secondBias);
            Product<TSimd, TVector, Interleaved, float>.Add(
                _second.Data, _middle * 4, 4, Pixels * _last, _middle, features, Side, buffers.Pixels.Data, Side, padded);
            Elementary<TSimd, TVector>.Gelu(buffers.Pixels.Data, Pixels * _last * Side);
            buffers.Logits.AsSpan().Clear();
            for (var pixel = 0; pixel < Pixels; pixel++)
            {
                Product<TSimd, TVector, Interleaved, float>.Add(
                    hypernetworks.Data,
                    0,
                    MostMasks,
                    MostMasks,
                    _last,
                    buffers.Pixels.Row(pixel * _last),
                    Side,
                    buffers.Logits.Row(pixel * MostMasks),
                    Side,
                    padded);
            }

            Scatter(buffers.Logits, quarter, columns, logits, masks, plane);
        }
    }

    // Quarter (a, b) and pixel (c, d) of cell x lie in row 2a + c at 4x + 2b + d.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(Matrix values, int quarter, int columns, float* logits, int masks, int plane)
    {
        for (var pixel = 0; pixel < Pixels; pixel++)
        {
            var (row, column) = (quarter / 2 * 2 + pixel / 2, quarter % 2 * 2 + pixel % 2);
            for (var mask = 0; mask < masks; mask++)
            {
                var from = values.Row(pixel * MostMasks + mask);
                var to = logits + (nint)mask * plane + row * 4 * columns + column;
                for (var cell = 0; cell < columns; cell++)
                {
                    to[4 * cell] = from[cell];
                }
            }
        }
    }

    private static void Fill(Matrix rows, float[] bias)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            rows.Span(row).Fill(bias[row % bias.Length]);
        }
    }

    private static Matrix Pack(Arena memory, float[] weight, int outputs)
    {
        var depth = weight.Length / outputs;
        var packed = memory.Take(1, weight.Length);
        fixed (float* pointer = weight)
        {
            Panels.PackColumns(new Matrix(pointer, depth, outputs), depth, outputs, packed.Data);
        }

        return packed;
    }
}
