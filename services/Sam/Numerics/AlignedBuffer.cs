using System.Runtime.InteropServices;

namespace Segmentation.Sam.Numerics;

/// <summary>
/// Floats on the pinned part of the managed heap, so that the runtime's memory figures see them, from an address that
/// is a multiple of 64: a vector that straddles two cache lines takes twice as long to load.
/// </summary>
internal sealed unsafe class AlignedBuffer
{
    private const int Alignment = 64;
    private readonly float[] _array;
    private readonly int _start;

    public AlignedBuffer(int length)
    {
        Length = length;
        _array = GC.AllocateUninitializedArray<float>(length + Alignment / sizeof(float), pinned: true);
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        var aligned = (address + Alignment - 1) & ~(nint)(Alignment - 1);
        _start = (int)(aligned - address) / sizeof(float);
        Pointer = (float*)aligned;
    }

    /// <summary>Numbers held.</summary>
    public int Length { get; }

    /// <summary>The first number; valid as long as this object is reachable.</summary>
    public float* Pointer { get; }

    /// <summary>All numbers; keeps the memory alive.</summary>
    public Span<float> Span => _array.AsSpan(_start, Length);
}
