using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Segmentation.Sam.Images;

/// <summary>Pillow's horizontal pass on one row of RGB bytes, four source pixels at a time.</summary>
internal static class RowResampler
{
    /// <summary>Readable bytes that must follow the source row: vectors reach past its last pixel.</summary>
    public const int SourcePadding = 3 * ResampleWeights.TapGroup + 4;

    /// <summary>Writable bytes that must follow the destination row: a pixel is stored as four bytes.</summary>
    public const int DestinationPadding = 1;

    /// <summary>Lays four RGB pixels out as RGB0; indices out of range give zero.</summary>
    private static readonly Vector128<byte> _spread =
        Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255);

    /// <summary>The low bytes of three lanes side by side.</summary>
    private static readonly Vector128<byte> _gather =
        Vector128.Create((byte)0, 4, 8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255);

    /// <summary>Resizes one row.</summary>
    /// <param name="source">The row, <paramref name="width"/> x 3 bytes and <see cref="SourcePadding"/> more.</param>
    /// <param name="width">Pixels of the source row.</param>
    /// <param name="weights">Weights of the horizontal axis, made for this width.</param>
    /// <param name="destination">Outputs x 3 bytes and <see cref="DestinationPadding"/> more.</param>
    public static void Resample(
        ReadOnlySpan<byte> source, int width, ResampleWeights weights, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(source.Length, width * 3 + SourcePadding);
        for (var output = 0; output < weights.Outputs; output++)
        {
            ref var pixel = ref MemoryMarshal.GetReference(source[(weights.Start(output) * 3)..]);
            var taps = weights.Padded(output);
            var sum = Vector512.IsHardwareAccelerated ? Sum512(ref pixel, taps)
                : Vector256.IsHardwareAccelerated ? Sum256(ref pixel, taps)
                : Sum128(ref pixel, taps);
            var levels = (sum + Vector128.Create(ResampleWeights.Half)) >>> ResampleWeights.PrecisionBits;
            // A fourth byte is written and then overwritten by the next pixel.
            var rgb = Vector128.Shuffle(levels.AsByte(), _gather);
            BinaryPrimitives.WriteUInt32LittleEndian(destination[(output * 3)..], rgb.AsUInt32().ToScalar());
        }
    }

    internal static Vector128<int> Sum512(ref byte pixel, ReadOnlySpan<int> taps)
    {
        var sum = Vector512<int>.Zero;
        ref var weight = ref MemoryMarshal.GetReference(taps);
        for (var tap = 0; tap < taps.Length; tap += 4)
        {
            var rgb = LoadPixels(ref pixel, tap).ToVector256Unsafe().ToVector512Unsafe();
            var levels = Vector512.WidenLower(Vector512.WidenLower(rgb)).AsInt32();
            var shares = Vector512.Shuffle(
                Vector128.LoadUnsafe(ref weight, (nuint)tap).ToVector256Unsafe().ToVector512Unsafe(),
                Vector512.Create(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3));
            sum += levels * shares;
        }

        var half = sum.GetLower() + sum.GetUpper();
        return half.GetLower() + half.GetUpper();
    }

    internal static Vector128<int> Sum256(ref byte pixel, ReadOnlySpan<int> taps)
    {
        var even = Vector256<int>.Zero;
        var odd = Vector256<int>.Zero;
        ref var weight = ref MemoryMarshal.GetReference(taps);
        for (var tap = 0; tap < taps.Length; tap += 4)
        {
            var rgb = Vector256.WidenLower(LoadPixels(ref pixel, tap).ToVector256Unsafe());
            var (first, second) = Vector256.Widen(rgb);
            var shares = Vector128.LoadUnsafe(ref weight, (nuint)tap).ToVector256Unsafe();
            even += first.AsInt32() * Vector256.Shuffle(shares, Vector256.Create(0, 0, 0, 0, 1, 1, 1, 1));
            odd += second.AsInt32() * Vector256.Shuffle(shares, Vector256.Create(2, 2, 2, 2, 3, 3, 3, 3));
        }

        var sum = even + odd;
        return sum.GetLower() + sum.GetUpper();
    }

    internal static Vector128<int> Sum128(ref byte pixel, ReadOnlySpan<int> taps)
    {
        var even = Vector128<int>.Zero;
        var odd = Vector128<int>.Zero;
        for (var tap = 0; tap < taps.Length; tap += 4)
        {
            var (low, high) = Vector128.Widen(LoadPixels(ref pixel, tap));
            var (first, second) = Vector128.Widen(low);
            var (third, fourth) = Vector128.Widen(high);
            even += first.AsInt32() * taps[tap] + third.AsInt32() * taps[tap + 2];
            odd += second.AsInt32() * taps[tap + 1] + fourth.AsInt32() * taps[tap + 3];
        }

        return even + odd;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> LoadPixels(ref byte pixel, int tap) =>
        Vector128.Shuffle(Vector128.LoadUnsafe(ref pixel, (nuint)(tap * 3)), _spread);
}
