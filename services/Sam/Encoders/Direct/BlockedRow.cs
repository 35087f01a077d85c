namespace Segmentation.Sam.Encoders.Direct;

/// <summary>Where a row of results goes: into a map, or into packed blocks of columns.</summary>
/// <param name="data">Column 0 of channel 0.</param>
/// <param name="stride">Numbers from a channel to the next.</param>
/// <param name="blockStep">Numbers from a block of columns to the next.</param>
internal readonly unsafe struct BlockedRow(float* data, nint stride, nint blockStep)
{
    public float* Data { get; } = data;

    public nint Stride { get; } = stride;

    public nint BlockStep { get; } = blockStep;
}
