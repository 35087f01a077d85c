using System.Runtime.CompilerServices;
using Segmentation.Sam.Decoding.Cpu.Image;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Upscaling;

/// <summary>
/// Reference: <c>MaskDecoder.output_upscaling</c> and the product with the hypernetworks' outputs, for one grid row. A
/// transposed convolution of size and stride 2 is a product that gives each cell four pixels. SAM 2 adds its image's
/// high-resolution features after each convolution.
/// </summary>
internal sealed unsafe class OutputUpscaling<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Pixels = 4;
    private const int MaxMasks = 4;
    private const string Conv0 = "output_upscaling.0";
    private const string Norm1 = "output_upscaling.1";
    private const string Conv3 = "output_upscaling.3";
    private readonly int _middle;
    private readonly int _last;
    private readonly LayerNorm2d<TSimd, TVector> _norm;
    private readonly Conv1x1<TSimd, TVector> _second;

    /// <param name="weights">The decoder's weights.</param>
    public OutputUpscaling(DecoderWeights<TSimd, TVector> weights)
    {
        (FirstWeight, FirstBias) = (weights.Matrix(Conv0), RepeatBias(weights, Conv0));
        First = Conv1x1<TSimd, TVector>.FromLinear(weights.Memory, FirstWeight.Values, FirstBias);
        _norm = new(weights.Weight(Norm1), weights.Bias(Norm1), 1e-6f);
        _second = Conv1x1<TSimd, TVector>.FromLinear(
            weights.Memory, weights.Weight(Conv3), RepeatBias(weights, Conv3));
        (_middle, _last) = (First.Outputs / Pixels, _second.Outputs / Pixels);
    }

    /// <summary>The first transposed convolution: image tokens [C] to features [4 pixels, C/4].</summary>
    public Conv1x1<TSimd, TVector> First { get; }

    /// <summary>Weight of <see cref="First"/>, [C, features].</summary>
    public WeightMatrix FirstWeight { get; }

    /// <summary>Bias of <see cref="First"/>, [features].</summary>
    public float[] FirstBias { get; }

    private static int TileWidth => ColumnTile<TSimd, TVector>.Width;

    /// <summary>
    /// Packs the outputs [C/8] of at most four masks' hypernetworks; zeros for masks that are not wanted.
    /// </summary>
    public OperandA<Interleaved> PackHypernetworks(Arena memory, ReadOnlySpan<Matrix?> hypernetworks)
    {
        var packed = memory.Allocate(1, PackedA.Length(MaxMasks, _last)).Data;
        for (var mask = 0; mask < hypernetworks.Length; mask++)
        {
            if (hypernetworks[mask] is not { } output)
            {
                continue;
            }

            for (var channel = 0; channel < _last; channel++)
            {
                packed[channel * MaxMasks + mask] = output.Data[channel];
            }
        }

        return PackedA.View(packed, MaxMasks, _last);
    }

    /// <summary>Allocates the buffers of <see cref="Apply"/>.</summary>
    public Buffers AllocateBuffers(Arena memory)
    {
        Matrix Allocate(int rows) => memory.AllocateUninitialized(rows, TileWidth);
        return new(Allocate(First.Outputs), Allocate(_second.Outputs), Allocate(Pixels * MaxMasks));
    }

    /// <summary>Computes the four rows of logits of one grid row.</summary>
    /// <param name="image">The image side, which applies the first convolution.</param>
    /// <param name="prompt">Index of the prompt.</param>
    /// <param name="row">Grid row.</param>
    /// <param name="highRes">The image's high-resolution features, of SAM 2; else null.</param>
    /// <param name="hypernetworks">Packed outputs of the hypernetworks.</param>
    /// <param name="buffers">Buffers of this thread.</param>
    /// <param name="columns">Cells wanted, from the left.</param>
    /// <param name="logits">First of the four rows of the first mask.</param>
    /// <param name="masks">Masks wanted.</param>
    /// <param name="plane">Logits from a mask to the next.</param>
    public void Apply(
        IImageSide image,
        int prompt,
        int row,
        HighResFeatures? highRes,
        in OperandA<Interleaved> hypernetworks,
        in Buffers buffers,
        int columns,
        float* logits,
        int masks,
        int plane)
    {
        // Whole vectors of cells.
        var padded = (columns + 15) & ~15;
        for (var column = 0; column < padded; column += TileWidth)
        {
            var width = Math.Min(TileWidth, padded - column);
            image.SetUpscaledFeatures(prompt, row, column, width, buffers.Features.Data);
            for (var quarter = 0; quarter < Pixels; quarter++)
            {
                var features = buffers.Features.Data + quarter * _middle * width;
                Activate(features, width, highRes == null ? null : highRes.AfterFirst(row, quarter) + column);
                ToPixels(
                    features,
                    width,
                    highRes == null ? null : highRes.AfterSecond(row, quarter) + column,
                    buffers.Pixels.Data);
                ToLogits(width, hypernetworks, buffers);
                var wanted = Math.Min(width, columns - column);
                Scatter(buffers.Logits.Data, width, quarter, wanted, logits + 4 * column, 4 * columns, masks, plane);
            }
        }
    }

    // Norm and GELU of the features of one of a cell's four pixels, [C/4, width].
    private void Activate(float* features, int width, Half* highRes)
    {
        if (highRes != null)
        {
            HighResAddition<TSimd, TVector>.Add(features, _middle, width, highRes);
        }

        _norm.Apply(features, width, width);
        VectorMath<TSimd, TVector>.Gelu(features, _middle * width);
    }

    // Features of one of a cell's four pixels, [C/4, width], to those of that pixel's own four, [4, C/8, width].
    private void ToPixels(float* features, int width, Half* highRes, float* pixels)
    {
        _second.Apply(new OperandB<float>(features, width), new Tile(pixels, width, width));
        if (highRes != null)
        {
            HighResAddition<TSimd, TVector>.AddGelu(pixels, _second.Outputs, width, highRes);
        }
        else
        {
            VectorMath<TSimd, TVector>.Gelu(pixels, _second.Outputs * width);
        }
    }

    // Features of four pixels to their logits, [4, masks, width].
    private void ToLogits(int width, in OperandA<Interleaved> hypernetworks, in Buffers buffers)
    {
        new Span<float>(buffers.Logits.Data, Pixels * MaxMasks * width).Clear();
        for (var pixel = 0; pixel < Pixels; pixel++)
        {
            Gemm<TSimd, TVector>.Accumulate(
                hypernetworks,
                new OperandB<float>(buffers.Pixels.Data + pixel * _last * width, width),
                new Tile(buffers.Logits.Data + pixel * MaxMasks * width, width, width));
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
                var from = values + (pixel * MaxMasks + mask) * stride;
                var to = logits + (nint)mask * plane + row * strideLogits + column;
                for (var cell = 0; cell < cells; cell++)
                {
                    to[4 * cell] = from[cell];
                }
            }
        }
    }

    // A bias for each channel, repeated for the four pixels of a cell.
    private static float[] RepeatBias(DecoderWeights<TSimd, TVector> weights, string layer) =>
        [.. Enumerable.Repeat(weights.Bias(layer), Pixels).SelectMany(b => b)];

    /// <summary>Buffers for a tile of columns.</summary>
    /// <param name="Features">[4 pixels, C/4].</param>
    /// <param name="Pixels">[4 pixels, C/8], of a quarter of the features.</param>
    /// <param name="Logits">[4 pixels, masks].</param>
    internal readonly record struct Buffers(Matrix Features, Matrix Pixels, Matrix Logits);
}
