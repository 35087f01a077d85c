namespace Segmentation.Sam.Numerics;

/// <summary>
/// Conversion of 16-bit floats by integer operations, for all processors: the sign-extended bits are moved to the
/// places that they have in 32 bits, and a multiplication corrects the exponent's bias. Exact for all finite values.
/// </summary>
internal static class HalfFloats
{
    /// <summary>Bits of a 32-bit float's fraction that a 16-bit float lacks.</summary>
    public const int Shift = 13;

    /// <summary>Sign, five bits of the exponent and ten of the fraction.</summary>
    public const int Bits = unchecked((int)0x8fffe000);

    /// <summary>2^(127 - 15), the difference of the biases.</summary>
    public const float Scale = 5.1922969e33f;
}
