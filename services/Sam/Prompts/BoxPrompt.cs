namespace Segmentation.Sam.Prompts;

/// <summary>A box around the object, in pixels.</summary>
/// <param name="XMin">Left edge.</param>
/// <param name="YMin">Top edge.</param>
/// <param name="XMax">Right edge.</param>
/// <param name="YMax">Bottom edge.</param>
public readonly record struct BoxPrompt(float XMin, float YMin, float XMax, float YMax);
