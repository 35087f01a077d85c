using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Segmentation.Sam.Numerics;

/// <summary>
/// Tiles of <see cref="Width"/> columns of a feature map's row, [channels][width] without gaps: right operands of GEMMs
/// that fit into the L1 cache, and the element-wise operations on them.
/// </summary>
internal static unsafe class ColumnTile<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>Columns of a tile: those of C that a GEMM kernel holds in registers.</summary>
    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TSimd.Has32Registers ? 4 * TSimd.Count : 16;
    }

    /// <summary>
    /// Divides a matrix, the depth down its rows, into tiles. It is copied unless a tile is as wide as a kernel's 32
    /// registers allow, or is the whole matrix.
    /// </summary>
    public static TiledRow Divide(Arena memory, Matrix matrix)
    {
        if (TSimd.Has32Registers || matrix.Stride <= Width)
        {
            return new(matrix.Data, matrix.Stride, Width);
        }

        var tiles = new TiledRow(
            memory.AllocateUninitialized(matrix.Count, matrix.Stride).Data, Width, matrix.Count * Width);
        for (var tile = 0; tile < matrix.Stride / Width; tile++)
        {
            Pack(matrix.Data + tile * Width, matrix.Stride, matrix.Count, tiles.Start(tile));
        }

        return tiles;
    }

    /// <summary>Copies a tile of a row of a feature map.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(float* columns, nint stride, int channels, float* tile)
    {
        var width = Width;
        for (var channel = 0; channel < channels; channel++, columns += stride)
        {
            for (var column = 0; column < width; column += TSimd.Count, tile += TSimd.Count)
            {
                TSimd.Store(TSimd.Load(columns + column), tile);
            }
        }
    }

    /// <summary>Copies twice as many columns: the even ones to one tile and the odd ones to another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackParities(float* columns, nint stride, int channels, float* even, float* odd)
    {
        var width = Width;
        for (var channel = 0; channel < channels; channel++, columns += stride, even += width, odd += width)
        {
            for (var column = 0; column < width; column += 2)
            {
                var pairs = Vector128.Shuffle(Vector128.Load(columns + 2 * column), Vector128.Create(0, 2, 1, 3));
                *(double*)(even + column) = pairs.AsDouble().ToScalar();
                *(double*)(odd + column) = pairs.AsDouble().GetElement(1);
            }
        }
    }

    /// <summary>Writes the GELU of a tile to rows that are <paramref name="stride"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gelu(float* tile, int channels, float* result, nint stride)
    {
        var width = Width;
        for (var channel = 0; channel < channels; channel++, tile += width, result += stride)
        {
            for (var column = 0; column < width; column += TSimd.Count)
            {
                TSimd.Store(VectorMath<TSimd, TVector>.Gelu(TSimd.Load(tile + column)), result + column);
            }
        }
    }

    /// <summary>Replaces a tile by the GELU of its sum with another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddGelu(float* tile, nint stride, float* added, nint strideAdded, int channels)
    {
        var width = Width;
        for (var channel = 0; channel < channels; channel++, tile += stride, added += strideAdded)
        {
            for (var column = 0; column < width; column += TSimd.Count)
            {
                var sum = TSimd.Add(TSimd.Load(tile + column), TSimd.Load(added + column));
                TSimd.Store(VectorMath<TSimd, TVector>.Gelu(sum), tile + column);
            }
        }
    }

    /// <summary>Adds the channels' biases to a row of a feature map, [channels][stride].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddBias(float* columns, nint stride, int count, float[] bias)
    {
        foreach (var value in bias)
        {
            var added = TSimd.Create(value);
            for (var column = 0; column < count; column += TSimd.Count)
            {
                TSimd.Store(TSimd.Add(TSimd.Load(columns + column), added), columns + column);
            }

            columns += stride;
        }
    }
}
