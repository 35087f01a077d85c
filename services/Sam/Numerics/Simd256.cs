using System.Runtime.Intrinsics;
using Floats = System.Runtime.Intrinsics.Vector256<float>;

namespace Segmentation.Sam.Numerics;

/// <summary>Eight floats: AVX2.</summary>
internal readonly unsafe struct Simd256 : ISimd<Floats>
{
    public static int Count => 8;

    public static bool Has32Registers => false;

    public static Floats Load(float* source) => Vector256.Load(source);

    public static Floats Load(short* source) => Vector256.ConvertToSingle(
        Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe()));

    public static Floats Load(Half* source) => Vector256.Multiply(
        ((Vector256.WidenLower(Vector128.Load((short*)source).ToVector256Unsafe()) << HalfFloats.Shift)
            & Vector256.Create(HalfFloats.Bits)).AsSingle(),
        Vector256.Create(HalfFloats.Scale));

    public static void Store(Floats value, float* destination) => value.Store(destination);

    public static Floats Create(float value) => Vector256.Create(value);

    public static Floats Add(Floats a, Floats b) => a + b;

    public static Floats Subtract(Floats a, Floats b) => a - b;

    public static Floats Multiply(Floats a, Floats b) => a * b;

    public static Floats Divide(Floats a, Floats b) => a / b;

    public static Floats MultiplyAdd(Floats a, Floats b, Floats c) => Vector256.MultiplyAddEstimate(a, b, c);

    public static Floats Max(Floats a, Floats b) => Vector256.MaxNative(a, b);

    public static Floats Min(Floats a, Floats b) => Vector256.MinNative(a, b);

    public static Floats Abs(Floats value) => Vector256.Abs(value);

    public static Floats Sqrt(Floats value) => Vector256.Sqrt(value);

    public static bool AnyGreater(Floats a, Floats b) => Vector256.GreaterThanAny(a, b);

    public static Floats AddExponent(Floats value, Floats shift) =>
        (value.AsInt32() + (shift.AsInt32() << 23)).AsSingle();
}
