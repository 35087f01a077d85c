namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>Pieces of memory that maps share one after the other.</summary>
internal enum BufferSlot
{
    /// <summary>Features, taking turns with the next.</summary>
    First,

    /// <summary>Features.</summary>
    Second,

    /// <summary>Queries, keys and values.</summary>
    Projected,

    /// <summary>What windows attend to.</summary>
    Attended,
}
