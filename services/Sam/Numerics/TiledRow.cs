namespace Segmentation.Sam.Numerics;

/// <summary>
/// A matrix [channels, columns], such as a grid row of a feature map, in tiles of <c>ColumnTile.Width</c> columns:
/// tiles of the matrix itself, or copies of them, each [channels][width] without gaps.
/// </summary>
/// <param name="data">Column 0 of channel 0.</param>
/// <param name="stride">Floats from a channel to the next.</param>
/// <param name="tileStride">Floats from a tile to the next.</param>
internal readonly unsafe struct TiledRow(float* data, nint stride, nint tileStride)
{
    /// <summary>Column 0 of channel 0.</summary>
    public float* Data { get; } = data;

    /// <summary>Floats from a channel to the next.</summary>
    public nint Stride { get; } = stride;

    /// <summary>Floats from a tile to the next.</summary>
    public nint TileStride { get; } = tileStride;

    /// <summary>First element of a tile: its first column in channel 0.</summary>
    public float* Start(int tile) => Data + tile * TileStride;

    /// <summary>A tile as right operand of a GEMM, the depth down the channels.</summary>
    public OperandB<float> Tile(int tile) => new(Start(tile), Stride);
}
