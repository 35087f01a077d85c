namespace Segmentation.Grains;

/// <summary>Masks, or why there are none.</summary>
[GenerateSerializer, Immutable, Alias("segmentation.decode-reply")]
public sealed record DecodeReply
{
    /// <summary>Outcome.</summary>
    [Id(0)]
    public required DecodeStatus Status { get; init; }

    /// <summary>One entry a prompt, in order; empty unless <see cref="Status"/> is Ok.</summary>
    [Id(1)]
    public MaskData[][] Results { get; init; } = [];

    /// <summary>Time spent decoding and making masks, without waiting.</summary>
    [Id(2)]
    public TimeSpan DecodeTime { get; init; }

    /// <summary>The mask id that is not held (MaskNotFound).</summary>
    [Id(3)]
    public string? MissingMaskId { get; init; }

    /// <summary>When to try again (Overloaded).</summary>
    [Id(4)]
    public TimeSpan RetryAfter { get; init; }

    /// <summary>The silo is about to end: this reply counts, and the next prompt should go elsewhere.</summary>
    [Id(5)]
    public bool IsSiloDraining { get; init; }

    /// <summary>For the user: what the model cannot take, and which models can (PromptRefused).</summary>
    [Id(6)]
    public string? Message { get; init; }
}
