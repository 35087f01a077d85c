namespace Segmentation.Sam.Weights;

/// <summary>A weight in 16 bits: a value times the scale of its column, row-major.</summary>
/// <param name="Values">[inputs, outputs].</param>
/// <param name="Scale">[outputs].</param>
internal readonly record struct CompactWeight(short[] Values, float[] Scale);
