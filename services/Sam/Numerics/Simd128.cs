using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using Floats = System.Runtime.Intrinsics.Vector128<float>;

namespace Segmentation.Sam.Numerics;

/// <summary>Four floats: NEON, or x86 processors without AVX2.</summary>
internal readonly unsafe struct Simd128 : ISimd<Floats>
{
    public static int Count => 4;

    public static bool Has32Registers => AdvSimd.IsSupported;

    public static Floats Load(float* source) => Vector128.Load(source);

    public static Floats Load(short* source) => Vector128.ConvertToSingle(
        Vector128.WidenLower(Vector64.Load(source).ToVector128Unsafe()));

    public static Floats Load(Half* source) => Vector128.Multiply(
        ((Vector128.WidenLower(Vector64.Load((short*)source).ToVector128Unsafe()) << HalfFloats.Shift)
            & Vector128.Create(HalfFloats.Bits)).AsSingle(),
        Vector128.Create(HalfFloats.Scale));

    public static void Store(Floats value, float* destination) => value.Store(destination);

    public static Floats Create(float value) => Vector128.Create(value);

    public static Floats Add(Floats a, Floats b) => a + b;

    public static Floats Subtract(Floats a, Floats b) => a - b;

    public static Floats Multiply(Floats a, Floats b) => a * b;

    public static Floats Divide(Floats a, Floats b) => a / b;

    public static Floats MultiplyAdd(Floats a, Floats b, Floats c) => Vector128.MultiplyAddEstimate(a, b, c);

    public static Floats Max(Floats a, Floats b) => Vector128.MaxNative(a, b);

    public static Floats Min(Floats a, Floats b) => Vector128.MinNative(a, b);

    public static Floats Abs(Floats value) => Vector128.Abs(value);

    public static Floats Sqrt(Floats value) => Vector128.Sqrt(value);

    public static bool AnyGreater(Floats a, Floats b) => Vector128.GreaterThanAny(a, b);

    public static Floats AddExponent(Floats value, Floats shift) =>
        (value.AsInt32() + (shift.AsInt32() << 23)).AsSingle();
}
