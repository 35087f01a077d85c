using System.Runtime.CompilerServices;
using Segmentation.Sam.Decoding.Cpu.Image;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Upscaling;

/// <summary>
/// Reference: <c>MaskDecoder.output_upscaling</c> and the product with the hypernetworks, for one grid row: a transposed
/// convolution of size and stride 2 is a product that gives each cell four pixels.
/// </summary>
internal sealed unsafe class OutputUpscaling<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>Name of the first layer.</summary>
    public const string FirstLayer = "output_upscaling.0";

    private const int Pixels = 4;
    private const int MostMasks = 4;
    private readonly int _middle;
    private readonly int _last;
    private readonly Conv1x1<TSimd, TVector> _second;
    private readonly LayerNorm2d<TSimd, TVector> _norm;

    public OutputUpscaling(DecoderWeights<TSimd, TVector> weights)
    {
        First = Linear(weights, FirstLayer);
        _second = Linear(weights, "output_upscaling.3");
        (_middle, _last) = (First.Outputs / Pixels, _second.Outputs / Pixels);
        _norm = new(weights.Weight("output_upscaling.1"), weights.Bias("output_upscaling.1"), 1e-6f);
    }

    /// <summary>The first layer, for image tokens: [features, C].</summary>
    public Conv1x1<TSimd, TVector> First { get; }

    private static int BlockWidth => ColumnTile<TSimd, TVector>.Width;

    /// <summary>
    /// Hypernetwork outputs [C/8] of at most four masks, as <see cref="Apply"/> takes them; zeros for masks that are not
    /// wanted.
    /// </summary>
    public Matrix PackHypernetworks(Arena memory, ReadOnlySpan<Matrix?> hypernetworks)
    {
        var packed = memory.Allocate(1, _last * MostMasks);
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

    /// <summary>Buffers of <see cref="Apply"/>, for a block of columns.</summary>
    public Buffers TakeBuffers(Arena memory)
    {
        Matrix Take(int rows) => memory.AllocateUninitialized(rows, BlockWidth);
        return new(Take(First.Outputs), Take(_second.Outputs), Take(Pixels * MostMasks));
    }

    /// <summary>One grid row to four rows of logits.</summary>
    /// <param name="passes">What has the features.</param>
    /// <param name="prompt">Index of the prompt.</param>
    /// <param name="row">Index of the row.</param>
    /// <param name="hypernetworks">Packed.</param>
    /// <param name="buffers">This thread's.</param>
    /// <param name="columns">Cells wanted, from the left.</param>
    /// <param name="logits">First of the four rows of the first mask.</param>
    /// <param name="masks">Masks wanted.</param>
    /// <param name="plane">Logits from a mask to the next.</param>
    public void Apply(
        IImageSide passes,
        int prompt,
        int row,
        Matrix hypernetworks,
        Buffers buffers,
        int columns,
        float* logits,
        int masks,
        int plane)
    {
        // Whole vectors of cells.
        var padded = (columns + 15) & ~15;
        for (var column = 0; column < padded; column += BlockWidth)
        {
            var width = Math.Min(BlockWidth, padded - column);
            passes.SetFeatures(prompt, row, column, width, buffers.Features.Data);
            for (var quarter = 0; quarter < Pixels; quarter++)
            {
                ToLogits(buffers.Features.Data + quarter * _middle * width, width, hypernetworks, buffers);
                var wanted = Math.Min(width, columns - column);
                Scatter(buffers.Logits.Data, width, quarter, wanted, logits + 4 * column, 4 * columns, masks, plane);
            }
        }
    }

    // Features of one of a cell's four pixels, [C/4, width], to logits of its four, [4, masks, width].
    private void ToLogits(float* features, int width, Matrix hypernetworks, Buffers buffers)
    {
        _norm.Apply(features, width, width);
        VectorMath<TSimd, TVector>.Gelu(features, _middle * width);
        _second.SetColumns(width, features, width, buffers.Pixels.Data, width);
        VectorMath<TSimd, TVector>.Gelu(buffers.Pixels.Data, _second.Outputs * width);
        new Span<float>(buffers.Logits.Data, Pixels * MostMasks * width).Clear();
        for (var pixel = 0; pixel < Pixels; pixel++)
        {
            Gemm<TSimd, TVector, Interleaved, float>.Add(
                hypernetworks.Data,
                0,
                MostMasks,
                MostMasks,
                _last,
                buffers.Pixels.Data + pixel * _last * width,
                width,
                buffers.Logits.Data + pixel * MostMasks * width,
                width,
                width);
        }
    }

    // Quarter (a, b) and pixel (c, d) of cell x lie in row 2a + c at 4x + 2b + d.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(
        float* values, int stride, int quarter, int cells, float* logits, int strideLogits, int masks, int plane)
    {
        for (var pixel = 0; pixel < Pixels; pixel++)
        {
            var (row, column) = (quarter / 2 * 2 + pixel / 2, quarter % 2 * 2 + pixel % 2);
            for (var mask = 0; mask < masks; mask++)
            {
                var from = values + (pixel * MostMasks + mask) * stride;
                var to = logits + (nint)mask * plane + row * strideLogits + column;
                for (var cell = 0; cell < cells; cell++)
                {
                    to[4 * cell] = from[cell];
                }
            }
        }
    }

    /// <summary>A bias for each channel, which all four pixels of a cell have.</summary>
    public static float[] Bias(DecoderWeights<TSimd, TVector> weights, string layer) =>
        [.. Enumerable.Repeat(weights.Bias(layer), Pixels).SelectMany(b => b)];

    private static Conv1x1<TSimd, TVector> Linear(DecoderWeights<TSimd, TVector> weights, string layer) =>
        Conv1x1<TSimd, TVector>.OfColumns(weights.Memory, weights.Weight(layer), Bias(weights, layer));

    /// <param name="Features">[4, C/4].</param>
    /// <param name="Pixels">[4, C/8], of a quarter of the features.</param>
    /// <param name="Logits">[4, masks], of these pixels.</param>
    internal readonly record struct Buffers(Matrix Features, Matrix Pixels, Matrix Logits);
}
