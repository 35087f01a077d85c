namespace Segmentation.Masks.Everything;

/// <summary>A point of a grid laid over a crop.</summary>
/// <param name="X">Share of the crop's width from its left edge, 0 to 1.</param>
/// <param name="Y">Share of the crop's height from its top edge, 0 to 1.</param>
public readonly record struct GridPoint(double X, double Y);
