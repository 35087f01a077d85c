using System.Runtime.CompilerServices;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>
/// Reference: <c>Sam.preprocess</c> and <c>PatchEmbed</c>. Pixels are normalised, zero outside of the image; two
/// convolutions of 3 x 3 with stride 2 follow, with a GELU between them. Columns are grouped by their remainder (modulo
/// 4 in the image, modulo 2 between the convolutions), so that columns a stride apart are contiguous.
/// </summary>
internal sealed unsafe class PatchEmbedding<TSimd, TVector>(EncoderWeights<TSimd, TVector> weights)
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Taps = 3;
    private const int Colours = 3;
    private const int Phases = 4;
    private const int RowsHeld = 3;
    private const int Margin = FeatureMap.Margin;
    private const int Depth = Colours * Taps * Taps;
    private const int Columns = ImageGeometry.ModelSide / Phases;
    private const int Stride = Columns + Margin;

    // Image columns 2x - 1, 2x and 2x + 1 for even and odd x: their remainder modulo 4, and shift within its group.
    private static readonly (int Phase, int Shift)[][] _imageTaps =
        [[(3, -1), (0, 0), (1, 0)], [(1, 0), (2, 0), (3, 0)]];

    private static readonly (int Phase, int Shift)[] _middleTaps = [(1, -1), (0, 0), (1, 0)];
    private static readonly float[] _mean = [123.675f, 116.28f, 103.53f];
    private static readonly float[] _deviation = [58.395f, 57.12f, 57.375f];
    private readonly Conv1x1<TSimd, TVector> _conv1 = weights.Convolution("patch_embed", 0);
    private readonly Conv1x1<TSimd, TVector>[] _conv2 = weights.ByTap("patch_embed", 1);

    private static int Width => ColumnTile<TSimd, TVector>.Width;

    /// <summary>Computes the map [256][64][256] of an image.</summary>
    public FeatureMap Apply(EncoderWorkspace space, ModelImage image, CancellationToken cancellationToken)
    {
        // Rows below the image are zeros, as are those below the square.
        var outside = new RowRange(image.Geometry.ResizedHeight, ImageGeometry.ModelSide + 1);
        var map = space.Map(BufferSlot.First, _conv2[0].Outputs, Columns, outside.Convolved(2).Convolved(2));
        map.ClearMargins();
        space.RunRows(map, (memory, start, end) => ComputeRows(memory, image, map, start, end), cancellationToken);
        return map;
    }

    private void ComputeRows(Arena memory, ModelImage image, FeatureMap map, int start, int end)
    {
        var pixels = memory.Allocate(RowsHeld * Colours * Phases + 1, Stride);
        var between = memory.Allocate(RowsHeld * 2 * _conv1.Outputs + 1, Stride);
        var tiles = (memory.AllocateUninitialized(Depth, Width), memory.AllocateUninitialized(_conv1.Outputs, Width));
        var (nextPixels, next) = (Math.Max(0, 4 * start - 3), Math.Max(0, 2 * start - 1));
        for (var row = start; row < end; row++)
        {
            for (; next <= 2 * row + 1; next++)
            {
                for (; nextPixels <= 2 * next + 1; nextPixels++)
                {
                    Normalise(image, nextPixels, pixels.Row(nextPixels % RowsHeld * Colours * Phases) + Margin);
                }

                ComputeBetween(pixels, next, tiles, between.Row(next % RowsHeld * 2 * _conv1.Outputs) + Margin);
            }

            ComputeRow(between, row, map.Row(row), map.Stride);
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
    private void ComputeBetween(Matrix pixels, int y, (Matrix Inputs, Matrix Outputs) tiles, float* row)
    {
        for (var parity = 0; parity < 2; parity++, row += _conv1.Outputs * Stride)
        {
            for (var column = 0; column < Columns; column += Width)
            {
                Gather(pixels, y, parity, column, tiles.Inputs.Data);
                _conv1.Apply(tiles.Inputs.AsB(), tiles.Outputs.AsTile());
                ColumnTile<TSimd, TVector>.Gelu(tiles.Outputs.Data, _conv1.Outputs, row + column, Stride);
            }
        }
    }

    // Inputs of each tap of the first convolution: [colour, 3, 3][width].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(Matrix pixels, int y, int parity, int column, float* tile)
    {
        for (var colour = 0; colour < Colours; colour++)
        {
            for (var down = 0; down < Taps; down++)
            {
                var pixelRow = 2 * y - 1 + down;
                foreach (var (phase, shift) in _imageTaps[parity])
                {
                    var to = new Span<float>(tile, Width);
                    if (pixelRow < 0)
                    {
                        to.Clear();
                    }
                    else
                    {
                        var from = pixels.Row((pixelRow % RowsHeld * Colours + colour) * Phases + phase) + Margin;
                        new ReadOnlySpan<float>(from + column + shift, Width).CopyTo(to);
                    }

                    tile += Width;
                }
            }
        }
    }

    private void ComputeRow(Matrix between, int y, float* row, int stride)
    {
        // The middle row is never outside, so the sums start from it.
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
                    var slot = (betweenRow % RowsHeld * 2 + phase) * _conv1.Outputs;
                    var from = new OperandB<float>(between.Row(slot) + Margin + column + shift, Stride);
                    var to = new Tile(row + column, stride, Width);
                    var tap = _conv2[down * Taps + across];
                    if (down == order[0] && across == 0)
                    {
                        tap.Apply(from, to);
                    }
                    else
                    {
                        tap.AccumulateInputs(0, tap.Inputs, from, to);
                    }
                }
            }
        }
    }
}
