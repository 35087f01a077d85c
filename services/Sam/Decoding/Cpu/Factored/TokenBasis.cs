using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// Basis B of a prompt's image tokens: rows [R, C], the same for all cells. A weight that reads image tokens is applied
/// to these rows once a prompt, in place of every cell.
/// </summary>
internal sealed unsafe class TokenBasis<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private readonly Arena _memory;
    private readonly TiledRow _transposed;
    private readonly int _columns;

    /// <param name="memory">Holds packed operands.</param>
    /// <param name="rows">B, zero in the padding.</param>
    public TokenBasis(Arena memory, Matrix rows)
    {
        (_memory, Rows) = (memory, rows);
        var transposed = memory.Allocate(rows.Stride, rows.Count);
        Transpose.Apply(rows.Data, rows.Stride, rows.Rows, rows.Stride, transposed.Data, transposed.Stride);
        (_columns, _transposed) = (transposed.Stride, ColumnTile<TSimd, TVector>.Divide(memory, transposed));
    }

    /// <summary>B, [R, C].</summary>
    public Matrix Rows { get; }

    /// <summary>R.</summary>
    public int Rank => Rows.Count;

    private static int TileWidth => ColumnTile<TSimd, TVector>.Width;

    /// <summary>Packs k B' for keys or queries k [m, C]: their products with the rows of the basis, [m, R].</summary>
    public OperandA<Interleaved> PackKeys(Matrix keys) => PackedA.Rows(_memory, Multiply(keys), Rank);

    /// <summary>
    /// Packs the Gram matrix G = B B', [R, R], as its upper triangle with the elements off the diagonal doubled: c G c'
    /// is then a sum over pairs of rows, each once.
    /// </summary>
    public OperandA<Interleaved> PackGram()
    {
        var gram = Multiply(Rows);
        for (var row = 0; row < Rank; row++)
        {
            var values = gram.Span(row);
            values[..row].Clear();
            for (var other = row + 1; other < Rank; other++)
            {
                values[other] *= 2;
            }
        }

        return PackedA.Rows(_memory, gram, Rank);
    }

    /// <summary>Multiplies mixed coefficients by the basis: B' c, [C, queries].</summary>
    /// <param name="coefficients">[R, queries].</param>
    public Matrix Expand(Matrix coefficients)
    {
        // One row more: readers of four queries at a time read past the last one.
        var tokens = _memory.Allocate(Rows.Stride + 1, coefficients.Stride);
        Gemm<TSimd, TVector>.Accumulate(
            PackedA.Columns(_memory, Rows, Rows.Stride, Rank), coefficients.AsB(), tokens.AsTile());
        return tokens;
    }

    // k B', [m, R].
    private Matrix Multiply(Matrix keys)
    {
        var packed = PackedA.Rows(_memory, keys, Rows.Stride);
        var products = _memory.Allocate(keys.Count, Rank);
        for (var column = 0; column < _columns; column += TileWidth)
        {
            Gemm<TSimd, TVector>.Accumulate(
                packed,
                _transposed.Tile(column / TileWidth),
                products.AsTile(0, column, Math.Min(TileWidth, _columns - column)));
        }

        return products;
    }
}
