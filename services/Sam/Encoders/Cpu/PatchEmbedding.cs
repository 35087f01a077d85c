using System.Runtime.CompilerServices;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>
/// Reference: <c>Sam.preprocess</c> and <c>PatchEmbed</c>. Pixels are normalised, zero outside of the image; two
/// convolutions of 3 x 3 with stride 2 follow, a GELU between them. Columns are kept by their remainder, of 4 in the
/// image and of 2 between the convolutions, so that a stride is a run of columns.
/// </summary>
internal sealed unsafe class PatchEmbedding<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Taps = 3;
    private const int Colours = 3;
    private const int Phases = 4;
    private const int Kept = 3;
    private const int Margin = FeatureMap.Margin;
    private const int Depth = Colours * Taps * Taps;
    private const int Columns = ImageGeometry.ModelSide / Phases;
    private const int Stride = Columns + Margin;

    // Columns 2x - 1, 2x and 2x + 1, for even and odd x, in the image: run of columns and shift.
    private static readonly (int Phase, int Shift)[][] _imageTaps =
        [[(3, -1), (0, 0), (1, 0)], [(1, 0), (2, 0), (3, 0)]];

    private static readonly (int Phase, int Shift)[] _middleTaps = [(1, -1), (0, 0), (1, 0)];
    private static readonly float[] _mean = [123.675f, 116.28f, 103.53f];
    private static readonly float[] _deviation = [58.395f, 57.12f, 57.375f];
    private readonly Conv1x1<TSimd, TVector> _first;
    private readonly Conv1x1<TSimd, TVector>[] _second;

    public PatchEmbedding(EncoderWeights<TSimd, TVector> weights)
    {
        _first = weights.Convolution("patch_embed", 0);
        _second = weights.ByTap("patch_embed", 1);
    }

    private static int Width => ColumnTile<TSimd, TVector>.Width;

    /// <summary>An image to [256][64][256].</summary>
    public FeatureMap Apply(EncoderWorkspace space, ModelImage image, CancellationToken cancellationToken)
    {
        // Below the image are zeros, and so there are below the square.
        var outside = new RowRange(image.Geometry.ResizedHeight, ImageGeometry.ModelSide + 1);
        var map = space.Map(BufferSlot.First, _second[0].Outputs, Columns, outside.Convolved(2).Convolved(2));
        map.ClearMargins();
        space.RunRows(map, (memory, start, end) => MakeRows(memory, image, map, start, end), cancellationToken);
        return map;
    }

    private void MakeRows(Arena memory, ModelImage image, FeatureMap map, int start, int end)
    {
        var pixels = memory.Allocate(Kept * Colours * Phases + 1, Stride);
        var between = memory.Allocate(Kept * 2 * _first.Outputs + 1, Stride);
        var blocks = (memory.AllocateUninitialized(Depth, Width), memory.AllocateUninitialized(_first.Outputs, Width));
        var (nextPixels, next) = (Math.Max(0, 4 * start - 3), Math.Max(0, 2 * start - 1));
        for (var row = start; row < end; row++)
        {
            for (; next <= 2 * row + 1; next++)
            {
                for (; nextPixels <= 2 * next + 1; nextPixels++)
                {
                    Normalise(image, nextPixels, pixels.Row(nextPixels % Kept * Colours * Phases) + Margin);
                }

                MakeBetween(pixels, next, blocks, between.Row(next % Kept * 2 * _first.Outputs) + Margin);
            }

            MakeRow(between, row, map.Row(row), map.Stride);
        }
    }

    // [colour][phase][columns]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalise(ModelImage image, int y, float* row)
    {
        var geometry = image.Geometry;
        var width = y < geometry.ResizedHeight ? geometry.ResizedWidth : 0;
        fixed (byte* first = image.Pixels)
        {
            var from = first + (nint)y * geometry.ResizedWidth * Colours;
            for (var colour = 0; colour < Colours; colour++)
            {
                var (mean, factor) = (_mean[colour], 1 / _deviation[colour]);
                for (var phase = 0; phase < Phases; phase++, row += Stride)
                {
                    var count = (width - phase + Phases - 1) / Phases;
                    var pixel = from + phase * Colours + colour;
                    for (var column = 0; column < count; column++, pixel += Phases * Colours)
                    {
                        row[column] = (*pixel - mean) * factor;
                    }

                    new Span<float>(row + count, Columns - count).Clear();
                }
            }
        }
    }

    // [even, odd][channels][columns]
    private void MakeBetween(Matrix pixels, int y, (Matrix Inputs, Matrix Outputs) blocks, float* row)
    {
        for (var parity = 0; parity < 2; parity++, row += _first.Outputs * Stride)
        {
            for (var column = 0; column < Columns; column += Width)
            {
                Gather(pixels, y, parity, column, blocks.Inputs.Data);
                _first.Set(blocks.Inputs.Data, Width, blocks.Outputs.Data, Width);
                ColumnTile<TSimd, TVector>.Gelu(blocks.Outputs.Data, _first.Outputs, row + column, Stride);
            }
        }
    }

    // What each tap of the first convolution sees: [colour, 3, 3][width].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(Matrix pixels, int y, int parity, int column, float* block)
    {
        for (var colour = 0; colour < Colours; colour++)
        {
            for (var down = 0; down < Taps; down++)
            {
                var pixelRow = 2 * y - 1 + down;
                foreach (var (phase, shift) in _imageTaps[parity])
                {
                    var to = new Span<float>(block, Width);
                    if (pixelRow < 0)
                    {
                        to.Clear();
                    }
                    else
                    {
                        var from = pixels.Row((pixelRow % Kept * Colours + colour) * Phases + phase) + Margin;
                        new ReadOnlySpan<float>(from + column + shift, Width).CopyTo(to);
                    }

                    block += Width;
                }
            }
        }
    }

    private void MakeRow(Matrix between, int y, float* row, int stride)
    {
        // The middle row is never outside, so it is what the sums start from.
        int[] order = [1, 0, 2];
        for (var column = 0; column < Columns; column += Width)
        {
            foreach (var down in order)
            {
                var betweenRow = 2 * y - 1 + down;
                if (betweenRow < 0)
                {
                    continue;
                }

                for (var across = 0; across < Taps; across++)
                {
                    var (phase, shift) = _middleTaps[across];
                    var from = between.Row((betweenRow % Kept * 2 + phase) * _first.Outputs) + Margin + column + shift;
                    var tap = _second[down * Taps + across];
                    if (down == order[0] && across == 0)
                    {
                        tap.Set(from, Stride, row + column, stride);
                    }
                    else
                    {
                        tap.AddInputs(0, tap.Inputs, from, Stride, row + column, stride);
                    }
                }
            }
        }
    }
}
