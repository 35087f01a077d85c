namespace Segmentation.Sam.Numerics;

/// <summary>A row of a map as it is, or in packed blocks of <c>ColumnTile.Width</c> columns.</summary>
/// <param name="data">Column 0 of channel 0.</param>
/// <param name="stride">Numbers from a channel to the next.</param>
/// <param name="blockStep">Numbers from a block of columns to the next.</param>
internal readonly unsafe struct TiledRow(float* data, nint stride, nint blockStep)
{
    public float* Data { get; } = data;

    public nint Stride { get; } = stride;

    public nint BlockStep { get; } = blockStep;

    /// <summary>A block's first column in channel 0.</summary>
    public float* Block(int block) => Data + block * BlockStep;
}
