using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// What each number that the layers keep of an image's cell stands for in its token: rows [n, C], the same for all cells.
/// Whatever is done to a token is done to these rows once.
/// </summary>
internal sealed unsafe class TokenBasis<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private readonly Arena _memory;
    private readonly TiledRow _columns;
    private readonly int _stride;

    /// <param name="memory">Holds what is made of them.</param>
    /// <param name="rows">Rows, zero in the padding.</param>
    public TokenBasis(Arena memory, Matrix rows)
    {
        (_memory, Rows) = (memory, rows);
        var transposed = memory.Allocate(rows.Stride, rows.Count);
        Transpose.Apply(rows.Data, rows.Stride, rows.Rows, rows.Stride, transposed.Data, transposed.Stride);
        (_stride, _columns) = (transposed.Stride, ColumnTile<TSimd, TVector>.Divide(memory, transposed));
    }

    /// <summary>[n, C].</summary>
    public Matrix Rows { get; }

    /// <summary>Numbers kept of a cell.</summary>
    public int Count => Rows.Count;

    private static int BlockWidth => ColumnTile<TSimd, TVector>.Width;

    /// <summary>Keys of tokens [m, C] for what is kept, [m, n], packed.</summary>
    public Matrix PackKeys(Matrix keys)
    {
        var products = Multiply(keys);
        var packed = _memory.AllocateUninitialized(1, PackedA.Length(keys.Count, Count));
        PackedA.PackRows(products, 0, Count, packed.Data);
        return packed;
    }

    /// <summary>
    /// The rows' products with each other, each pair once: the upper half of a matrix [n, n], packed.
    /// </summary>
    public Matrix PackSquares()
    {
        var products = Multiply(Rows);
        for (var row = 0; row < Count; row++)
        {
            var values = products.Span(row);
            values[..row].Clear();
            for (var other = row + 1; other < Count; other++)
            {
                values[other] *= 2;
            }
        }

        var packed = _memory.AllocateUninitialized(1, PackedA.Length(Count, Count));
        PackedA.PackRows(products, 0, Count, packed.Data);
        return packed;
    }

    /// <summary>Tokens [C, queries] of which these numbers were kept, [n, queries].</summary>
    public Matrix Restore(Matrix numbers)
    {
        var panels = _memory.AllocateUninitialized(1, PackedA.Length(Rows.Stride, Count));
        PackedA.PackColumns(Rows, Count, Rows.Stride, panels.Data);

        // One row more: whoever reads four queries at a time reads past the last one.
        var tokens = _memory.Allocate(Rows.Stride + 1, numbers.Stride);
        Gemm<TSimd, TVector, Interleaved, float>.Add(
            panels.Data,
            Count * 4,
            4,
            Rows.Stride,
            Count,
            numbers.Data,
            numbers.Stride,
            tokens.Data,
            tokens.Stride,
            tokens.Stride);
        return tokens;
    }

    // [m, n].
    private Matrix Multiply(Matrix keys)
    {
        var depth = Rows.Stride;
        var panels = _memory.AllocateUninitialized(1, PackedA.Length(keys.Count, depth));
        PackedA.PackRows(keys, 0, depth, panels.Data);
        var products = _memory.Allocate(keys.Count, Count);
        for (var column = 0; column < _stride; column += BlockWidth)
        {
            Gemm<TSimd, TVector, Interleaved, float>.Add(
                panels.Data,
                depth * 4,
                4,
                keys.Rows,
                depth,
                _columns.Block(column / BlockWidth),
                _columns.Stride,
                products.Data + column,
                products.Stride,
                Math.Min(BlockWidth, _stride - column));
        }

        return products;
    }
}
