using System.Runtime.CompilerServices;

namespace Segmentation.Sam.Numerics;

/// <summary>
/// Exponential function and GELU of vectors. The polynomials are minimax fits; tests measure their errors over all
/// arguments that occur.
/// </summary>
internal static unsafe class VectorMath<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    // Adding and subtracting 1.5 x 2^23 rounds to an integer, whose bits are then the low ones of the sum.
    private const float RoundingShift = 12582912;
    private const float MinExponent = -126;
    private const float MaxExponent = 127;

    // Beyond it the product of x and the complement of the error function is below 1e-7.
    private const float GeluRange = 5.8f;

    /// <summary>e^x for x from -87 to 88, with an error of at most 2e-7 for x up to 0; below -87 nearly zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x) => Exp2(TSimd.Multiply(x, TSimd.Create(1.442695041f)));

    /// <summary>
    /// GELU, x/2 (1 + erf(x/sqrt 2)), with an error of at most 2e-7. It is computed as max(x, 0) - |x| h(|x|) with
    /// h(a) = erfc(a/sqrt 2)/2 = 2^-(1 + a Q(a)), where Q is smooth.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gelu(TVector x)
    {
        // -Q and -h, so that the last sum and product are one fused operation.
        var a = TSimd.Min(TSimd.Abs(x), TSimd.Create(GeluRange));
        var q = TSimd.Create(4.278601595e-06f);
        q = TSimd.MultiplyAdd(q, a, TSimd.Create(-1.279656075e-05f));
        q = TSimd.MultiplyAdd(q, a, TSimd.Create(-5.757934980e-04f));
        q = TSimd.MultiplyAdd(q, a, TSimd.Create(7.670799247e-03f));
        q = TSimd.MultiplyAdd(q, a, TSimd.Create(-5.294858112e-02f));
        q = TSimd.MultiplyAdd(q, a, TSimd.Create(-4.590439211e-01f));
        q = TSimd.MultiplyAdd(q, a, TSimd.Create(-1.151126930f));
        var exponent = TSimd.MultiplyAdd(a, q, TSimd.Create(-1));
        return TSimd.MultiplyAdd(a, ScaledExp2(exponent, -1), TSimd.Max(x, TSimd.Create(0)));
    }

    /// <summary>Applies <see cref="Gelu(TVector)"/> to a multiple of 16 values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gelu(float* values, int count)
    {
        for (var end = values + count; values < end; values += TSimd.Count)
        {
            TSimd.Store(Gelu(TSimd.Load(values)), values);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Exp2(TVector x) => ScaledExp2(
        TSimd.Min(TSimd.Max(x, TSimd.Create(MinExponent)), TSimd.Create(MaxExponent)), 1);

    // scale 2^x for x in the range of exponents.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ScaledExp2(TVector x, float scale)
    {
        var shifted = TSimd.Add(x, TSimd.Create(RoundingShift));
        var rest = TSimd.Subtract(x, TSimd.Subtract(shifted, TSimd.Create(RoundingShift)));
        var power = TSimd.Create(scale * 1.326473876e-03f);
        power = TSimd.MultiplyAdd(power, rest, TSimd.Create(scale * 9.671516677e-03f));
        power = TSimd.MultiplyAdd(power, rest, TSimd.Create(scale * 5.550733753e-02f));
        power = TSimd.MultiplyAdd(power, rest, TSimd.Create(scale * 2.402224202e-01f));
        power = TSimd.MultiplyAdd(power, rest, TSimd.Create(scale * 6.931469776e-01f));
        // Exactly 1, so that e^0 is 1: an accumulator that is rescaled by e^0 keeps its bits.
        power = TSimd.MultiplyAdd(power, rest, TSimd.Create(scale));
        return TSimd.AddExponent(power, shifted);
    }
}
