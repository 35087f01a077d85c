namespace Segmentation.Evaluation.Prompting;

/// <summary>A box prompt in pixels.</summary>
/// <param name="XMin">Left edge.</param>
/// <param name="YMin">Top edge.</param>
/// <param name="XMax">Right edge.</param>
/// <param name="YMax">Bottom edge.</param>
public readonly record struct BoxCorners(float XMin, float YMin, float XMax, float YMax);
