namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>Buffers that feature maps use one after the other.</summary>
internal enum BufferSlot
{
    /// <summary>Input or output of a block, in turn with <see cref="Second"/>.</summary>
    First,

    /// <summary>Input or output of a block.</summary>
    Second,

    /// <summary>Queries, keys and values.</summary>
    Projected,

    /// <summary>Output of window attention, before its output projection.</summary>
    Attended,
}
