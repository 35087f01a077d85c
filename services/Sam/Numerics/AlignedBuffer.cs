using System.Runtime.InteropServices;

namespace Segmentation.Sam.Numerics;

/// <summary>
/// Floats in pinned managed memory, which the runtime's memory figures count. The address is a multiple of 64, because
/// a vector that straddles two cache lines takes twice as long to load.
/// </summary>
internal sealed unsafe class AlignedBuffer
{
    private const int Alignment = 64;
    private readonly float[] _array;
    private readonly int _start;

    /// <param name="length">Number of floats.</param>
    public AlignedBuffer(int length)
    {
        Length = length;
        _array = GC.AllocateUninitializedArray<float>(length + Alignment / sizeof(float), pinned: true);
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        var aligned = (address + Alignment - 1) & ~(nint)(Alignment - 1);
        _start = (int)(aligned - address) / sizeof(float);
        Pointer = (float*)aligned;
    }

    /// <summary>Number of floats.</summary>
    public int Length { get; }

    /// <summary>The first float; valid as long as this object is reachable.</summary>
    public float* Pointer { get; }

    /// <summary>All floats; the span keeps the memory alive.</summary>
    public Span<float> Span => _array.AsSpan(_start, Length);
}
