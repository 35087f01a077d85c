namespace Segmentation.Sam.Numerics;

/// <summary>
/// Vectors of floats of one width. Code that is generic over an implementation is compiled for each with every call
/// inlined, so a kernel is written once for all processors.
/// </summary>
internal unsafe interface ISimd<TVector> where TVector : unmanaged
{
    /// <summary>Floats in a vector.</summary>
    static abstract int Count { get; }

    /// <summary>True if the processor has 32 vector registers: enough for 4 x 4 sums and their operands.</summary>
    static abstract bool Has32Registers { get; }

    static abstract TVector Load(float* source);

    /// <summary>Loads integers and converts them.</summary>
    static abstract TVector Load(short* source);

    /// <summary>Loads 16-bit floats, which are finite, and converts them.</summary>
    static abstract TVector Load(Half* source);

    static abstract void Store(TVector value, float* destination);

    /// <summary>Broadcasts a number to all places.</summary>
    static abstract TVector Create(float value);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector Divide(TVector a, TVector b);

    /// <summary>a b + c, rounded once where the processor has a fused operation.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract TVector Max(TVector a, TVector b);

    static abstract TVector Min(TVector a, TVector b);

    static abstract TVector Abs(TVector value);

    static abstract TVector Sqrt(TVector value);

    static abstract bool AnyGreater(TVector a, TVector b);

    /// <summary>
    /// Multiplies by powers of two: adds the low bits of <paramref name="shift"/>'s pattern to the exponents of
    /// <paramref name="value"/>.
    /// </summary>
    static abstract TVector AddExponent(TVector value, TVector shift);
}
