namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>One row of a feature map, or zeros in place of a row outside of it.</summary>
/// <param name="data">Column 0 of channel 0.</param>
/// <param name="stride">Floats from a channel to the next; 0 for a row that is the same in all channels.</param>
internal readonly unsafe struct ChannelRow(float* data, nint stride)
{
    public float* Data { get; } = data;

    public nint Stride { get; } = stride;
}
