using System.Runtime.Intrinsics;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Tests.Numerics;

/// <summary>Exponential function and GELU against double precision, over all arguments that matter.</summary>
public sealed unsafe class VectorMathTests
{
    [Fact]
    public void Exp_NegativeArguments_ErrsByTwoTenMillionthsOfOneAtMost()
    {
        foreach (var x in Range(-87, 0, 100_000))
        {
            var expected = Math.Exp(x);
            Assert.Equal(expected, VectorMath<Simd512, Vector512<float>>.Exp(Vector512.Create(x))[0], 2e-7);
            Assert.Equal(expected, VectorMath<Simd256, Vector256<float>>.Exp(Vector256.Create(x))[3], 2e-7);
            Assert.Equal(expected, VectorMath<Simd128, Vector128<float>>.Exp(Vector128.Create(x))[1], 2e-7);
        }
    }

    [Theory]
    [InlineData(float.MinValue)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(-1000f)]
    public void Exp_FarBelowZero_IsNearlyZero(float x) =>
        Assert.InRange(VectorMath<Simd256, Vector256<float>>.Exp(Vector256.Create(x))[0], 0, 2e-38f);

    [Fact]
    public void Gelu_AnyArgument_ErrsByThreeTenMillionthsAtMost()
    {
        foreach (var x in Range(-12, 12, 200_000))
        {
            // The error beyond what the nearest floats to large values allow.
            var tolerance = 3e-7 + Math.Abs(x) * 6e-8;
            var expected = Gelu(x);
            Assert.Equal(expected, VectorMath<Simd512, Vector512<float>>.Gelu(Vector512.Create(x))[5], tolerance);
            Assert.Equal(expected, VectorMath<Simd256, Vector256<float>>.Gelu(Vector256.Create(x))[5], tolerance);
            Assert.Equal(expected, VectorMath<Simd128, Vector128<float>>.Gelu(Vector128.Create(x))[2], tolerance);
        }
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(-1e30f, 0f)]
    [InlineData(1e30f, 1e30f)]
    public void Gelu_Limits_AreExact(float x, float expected) =>
        Assert.Equal(expected, VectorMath<Simd128, Vector128<float>>.Gelu(Vector128.Create(x))[0], 1e-7f);

    private static IEnumerable<float> Range(float first, float last, int steps) =>
        Enumerable.Range(0, steps + 1).Select(i => first + (last - first) * i / steps);

    // x/2 (1 + erf(x/sqrt 2)) by the series of erf, whose terms have one sign.
    private static double Gelu(double x)
    {
        var z = x / Math.Sqrt(2);
        double term = z, sum = z;
        for (var n = 1; Math.Abs(z) < 6 && Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
        {
            term *= 2 * z * z / (2 * n + 1);
            sum += term;
        }

        var erf = Math.Abs(z) < 6 ? 2 / Math.Sqrt(Math.PI) * Math.Exp(-z * z) * sum : Math.Sign(z);
        return x / 2 * (1 + erf);
    }
}
