namespace Segmentation.Sam.Numerics;

/// <summary>
/// Vectors of one width. Code generic over an implementation is compiled for each with every call inlined, so a kernel is
/// written once for all processors.
/// </summary>
internal unsafe interface ISimd<TVector> where TVector : unmanaged
{
    /// <summary>Floats of a vector.</summary>
    static abstract int Count { get; }

    /// <summary>Whether there are registers for sixteen sums and what is added to them.</summary>
    static abstract bool Has32Registers { get; }

    static abstract TVector Load(float* source);

    /// <summary>Whole numbers, converted.</summary>
    static abstract TVector Load(short* source);

    static abstract void Store(TVector value, float* destination);

    /// <summary>The same number in all places.</summary>
    static abstract TVector Create(float value);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector Divide(TVector a, TVector b);

    /// <summary>a b + c, rounded once where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract TVector Max(TVector a, TVector b);

    static abstract TVector Min(TVector a, TVector b);

    static abstract TVector Abs(TVector value);

    static abstract TVector Sqrt(TVector value);

    static abstract bool AnyGreater(TVector a, TVector b);

    /// <summary>
    /// Adds the low bits of <paramref name="shift"/>'s pattern to the exponents of <paramref name="value"/>: times a
    /// power of two.
    /// </summary>
    static abstract TVector AddExponent(TVector value, TVector shift);
}
