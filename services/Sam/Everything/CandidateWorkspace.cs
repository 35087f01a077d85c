using Segmentation.Masks.Rasterizing;
using Segmentation.Sam.Decoding;

namespace Segmentation.Sam.Everything;

/// <summary>Buffers that one thread reuses from batch to batch. Not safe for concurrent use.</summary>
public sealed class CandidateWorkspace
{
    internal CandidateWorkspace(SegmentWorkspace segment) => Segment = segment;

    /// <inheritdoc cref="SegmentWorkspace.OnYield"/>
    public Action? OnYield
    {
        get => Segment.OnYield;
        set => Segment.OnYield = value;
    }

    /// <summary>Buffers for decoding and for making masks.</summary>
    internal SegmentWorkspace Segment { get; }

    /// <summary>Buffers for rejecting masks before they are made.</summary>
    internal StabilityBound Bound { get; } = new();
}
