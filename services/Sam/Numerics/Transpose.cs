using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Segmentation.Sam.Numerics;

/// <summary>Transposes matrices.</summary>
internal static unsafe class Transpose
{
    /// <summary>Writes the transpose of [rows][stride] to [columns][strideResult]; rows are a multiple of 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* source, nint stride, int rows, int columns, float* result, nint strideResult)
    {
        for (var row = 0; row < rows; row += 4, source += 4 * stride, result += 4)
        {
            var second = source + stride;
            var third = second + stride;
            var fourth = third + stride;
            var to = result;
            for (var column = 0; column < columns; column++, to += strideResult)
            {
                Vector128.Create(source[column], second[column], third[column], fourth[column]).Store(to);
            }
        }
    }
}
