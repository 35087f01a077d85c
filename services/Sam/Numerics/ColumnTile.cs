using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Segmentation.Sam.Numerics;

/// <summary>
/// Right operands of products: [channels][<see cref="Width"/>] columns without gaps, few enough for the nearest cache.
/// </summary>
internal static unsafe class ColumnTile<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>Columns of a block: what a product holds in registers.</summary>
    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TSimd.Has32Registers ? 4 * TSimd.Count : 16;
    }

    /// <summary>
    /// A matrix, the depth down its rows, as right operand: a copy, unless all its columns fit into registers or are few.
    /// </summary>
    public static TiledRow Divide(Arena memory, Matrix matrix)
    {
        if (TSimd.Has32Registers || matrix.Stride <= Width)
            return new(matrix.Data, matrix.Stride, Width);

        var blocks = new TiledRow(
            memory.AllocateUninitialized(matrix.Count, matrix.Stride).Data, Width, matrix.Count * Width);
        for (var block = 0; block < matrix.Stride / Width; block++)
        {
            Pack(matrix.Data + block * Width, matrix.Stride, matrix.Count, blocks.Block(block));
        }

        return blocks;
    }

    /// <summary>Copies columns of a row of a map.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(float* columns, nint stride, int channels, float* block)
    {
        var width = Width;
        for (var channel = 0; channel < channels; channel++, columns += stride)
        {
            for (var column = 0; column < width; column += TSimd.Count, block += TSimd.Count)
            {
                TSimd.Store(TSimd.Load(columns + column), block);
            }
        }
    }

    /// <summary>Copies twice as many columns, the even ones to one block and the odd ones to another.</summary>
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

    /// <summary>GELU of a block, into rows that are <paramref name="stride"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gelu(float* block, int channels, float* result, nint stride)
    {
        var width = Width;
        for (var channel = 0; channel < channels; channel++, block += width, result += stride)
        {
            for (var column = 0; column < width; column += TSimd.Count)
            {
                TSimd.Store(VectorMath<TSimd, TVector>.Gelu(TSimd.Load(block + column)), result + column);
            }
        }
    }

    /// <summary>GELU of the sum of two blocks, into the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddGelu(float* block, nint stride, float* added, nint strideAdded, int channels)
    {
        var width = Width;
        for (var channel = 0; channel < channels; channel++, block += stride, added += strideAdded)
        {
            for (var column = 0; column < width; column += TSimd.Count)
            {
                var sum = TSimd.Add(TSimd.Load(block + column), TSimd.Load(added + column));
                TSimd.Store(VectorMath<TSimd, TVector>.Gelu(sum), block + column);
            }
        }
    }

    /// <summary>Adds a number to every row of a map's row.</summary>
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
