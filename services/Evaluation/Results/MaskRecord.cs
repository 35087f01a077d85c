using Segmentation.Masks.Geometry;

namespace Segmentation.Evaluation.Results;

/// <summary>The outcome of one object: a line of <c>results.jsonl</c>.</summary>
public sealed record MaskRecord
{
    /// <summary>Name of the picture.</summary>
    public required string Picture { get; init; }

    /// <summary>Number of the mask in its picture, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The mask's id in the data; empty: none.</summary>
    public required string Mask { get; init; }

    /// <summary>Name of its label; empty: none.</summary>
    public required string Label { get; init; }

    /// <summary>Pixels of the object.</summary>
    public required long Area { get; init; }

    /// <summary>The box around it.</summary>
    public required PixelBox Extent { get; init; }

    /// <summary>Outcome of clicks; null: not measured.</summary>
    public ClickOutcome? Clicks { get; init; }

    /// <summary>Outcome of the exact box; null: not measured.</summary>
    public BoxOutcome? Box { get; init; }

    /// <summary>Outcome of the noisy box; null: not measured.</summary>
    public BoxOutcome? NoisyBox { get; init; }

    /// <summary>Outcome of everything in its picture; null: not measured.</summary>
    public FoundOutcome? Auto { get; init; }

    /// <summary>Outcome of proposals; null: not measured.</summary>
    public FoundOutcome? Proposals { get; init; }
}
