namespace Segmentation.Sam.Numerics;

/// <summary>Where a norm writes what it found in each column; nowhere, if null.</summary>
/// <param name="factors">1 / standard deviation.</param>
/// <param name="means">Means.</param>
internal readonly unsafe struct NormMoments(float* factors, float* means)
{
    public float* Factors { get; } = factors;

    public float* Means { get; } = means;
}
