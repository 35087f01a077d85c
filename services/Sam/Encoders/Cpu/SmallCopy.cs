using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>Copies the few floats that a window has in a row.</summary>
internal static unsafe class SmallCopy
{
    /// <summary>
    /// Copies with vectors that overlap at the end, so that nothing beyond the last float is read or written.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* from, float* to, int count)
    {
        if (count >= Vector256<float>.Count)
        {
            for (var i = 0; i <= count - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                Vector256.Load(from + i).Store(to + i);
            }

            Vector256.Load(from + count - Vector256<float>.Count).Store(to + count - Vector256<float>.Count);
        }
        else if (count >= Vector128<float>.Count)
        {
            Vector128.Load(from).Store(to);
            Vector128.Load(from + count - Vector128<float>.Count).Store(to + count - Vector128<float>.Count);
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                to[i] = from[i];
            }
        }
    }
}
