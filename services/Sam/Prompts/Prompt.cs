namespace Segmentation.Sam.Prompts;

/// <summary>
/// Prompt for one object: any mixture of points, a box and a mask, at least one of them, in pixels of the upright
/// image. Follows <c>SamPredictor.predict</c> of segment-anything.
/// </summary>
public sealed record Prompt
{
    /// <summary>Points inside (foreground) and outside (background) of the object.</summary>
    public IReadOnlyList<PointPrompt> Points { get; init; } = [];

    /// <summary>A box around the object.</summary>
    public BoxPrompt? Box { get; init; }

    /// <summary>
    /// Low-resolution logits of an earlier answer, 256 x 256 in row-major order over the model's square, or none.
    /// </summary>
    public float[]? MaskLogits { get; init; }

    /// <summary>True for one point and nothing else: the case in which three masks are better than one.</summary>
    public bool IsAmbiguous => Points.Count == 1 && Box is null && MaskLogits is null;
}
