using System.Numerics;

namespace Segmentation.Sam.Tests.Decoding.Cpu;

/// <summary>Numbers that are the same but for rounding.</summary>
internal static class Close
{
    public static void Assert<T>(string name, ReadOnlySpan<T> expected, ReadOnlySpan<float> actual, double tolerance)
        where T : struct, INumber<T>
    {
        Xunit.Assert.Equal(expected.Length, actual.Length);
        var largest = 0.0;
        for (var i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(double.CreateChecked(expected[i]) - actual[i]));
        }

        Xunit.Assert.True(largest <= tolerance, $"{name}: off by {largest}");
    }
}
