namespace Segmentation.Sam.Prompts;

/// <summary>A point on the image.</summary>
/// <param name="X">Pixels from the left edge.</param>
/// <param name="Y">Pixels from the top edge.</param>
/// <param name="Label">Inside or outside of the object.</param>
public readonly record struct PointPrompt(float X, float Y, PointLabel Label);
