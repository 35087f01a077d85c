using System.Runtime.Intrinsics;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Tests.Numerics;

/// <summary>Conversion of 16-bit floats at every vector width against the library's.</summary>
public sealed unsafe class HalfFloatsTests
{
    [Fact]
    public void Load_EveryFiniteHalf_GivesTheSameNumber()
    {
        var finite = Enumerable.Range(0, 1 << 16)
            .Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits)).Where(Half.IsFinite).ToArray();
        Assert.Equal((1 << 16) - 2048, finite.Length);

        AssertSame<Simd512, Vector512<float>>(finite);
        AssertSame<Simd256, Vector256<float>>(finite);
        AssertSame<Simd128, Vector128<float>>(finite);
    }

    private static void AssertSame<TSimd, TVector>(Half[] halves)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        var loaded = new float[halves.Length];
        fixed (Half* source = halves)
        fixed (float* target = loaded)
        {
            for (var i = 0; i < halves.Length; i += TSimd.Count)
            {
                TSimd.Store(TSimd.Load(source + i), target + i);
            }
        }

        for (var i = 0; i < halves.Length; i++)
        {
            Assert.Equal(
                BitConverter.SingleToUInt32Bits((float)halves[i]), BitConverter.SingleToUInt32Bits(loaded[i]));
        }
    }
}
