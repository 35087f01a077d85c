using System.Diagnostics.CodeAnalysis;

namespace Segmentation.Sam.Runtime;

/// <summary>Number format of the encoder's products with weights.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The value is a type of numbers, and users write it.")]
public enum EncoderPrecision
{
    /// <summary>32-bit floats.</summary>
    Float32,

    /// <summary>
    /// 8-bit integers, on the CPU only: faster on processors with 8-bit dot products, and masks differ a little from
    /// those of 32 bits (docs/performance.md).
    /// </summary>
    Int8,

    /// <summary>
    /// 16-bit floats, for GPUs: twice the rate of 32 bits or more, in half the memory. A CPU converts before and after
    /// each product and gains nothing.
    /// </summary>
    Float16,
}
