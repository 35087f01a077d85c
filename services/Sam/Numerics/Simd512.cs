using System.Runtime.Intrinsics;
using Floats = System.Runtime.Intrinsics.Vector512<float>;

namespace Segmentation.Sam.Numerics;

/// <summary>Sixteen floats: AVX-512.</summary>
internal readonly unsafe struct Simd512 : ISimd<Floats>
{
    public static int Count => 16;

    public static bool Has32Registers => true;

    public static Floats Load(float* source) => Vector512.Load(source);

    public static Floats Load(short* source) => Vector512.ConvertToSingle(
        Vector512.WidenLower(Vector256.Load(source).ToVector512Unsafe()));

    public static Floats Load(Half* source) => Vector512.Multiply(
        ((Vector512.WidenLower(Vector256.Load((short*)source).ToVector512Unsafe()) << HalfFloats.Shift)
            & Vector512.Create(HalfFloats.Bits)).AsSingle(),
        Vector512.Create(HalfFloats.Scale));

    public static void Store(Floats value, float* destination) => value.Store(destination);

    public static Floats Create(float value) => Vector512.Create(value);

    public static Floats Add(Floats a, Floats b) => a + b;

    public static Floats Subtract(Floats a, Floats b) => a - b;

    public static Floats Multiply(Floats a, Floats b) => a * b;

    public static Floats Divide(Floats a, Floats b) => a / b;

    public static Floats MultiplyAdd(Floats a, Floats b, Floats c) => Vector512.MultiplyAddEstimate(a, b, c);

    public static Floats Max(Floats a, Floats b) => Vector512.MaxNative(a, b);

    public static Floats Min(Floats a, Floats b) => Vector512.MinNative(a, b);

    public static Floats Abs(Floats value) => Vector512.Abs(value);

    public static Floats Sqrt(Floats value) => Vector512.Sqrt(value);

    public static bool AnyGreater(Floats a, Floats b) => Vector512.GreaterThanAny(a, b);

    public static Floats AddExponent(Floats value, Floats shift) =>
        (value.AsInt32() + (shift.AsInt32() << 23)).AsSingle();
}
