namespace Segmentation.Models.Layouts;

/// <summary>Type of a graph's input or output, by the names of safetensors.</summary>
public enum NumberType
{
    /// <summary>32-bit floating point.</summary>
    F32,

    /// <summary>16-bit floating point.</summary>
    F16,

    /// <summary>Bytes without sign.</summary>
    U8,

    /// <summary>32-bit integers.</summary>
    I32,

    /// <summary>64-bit integers.</summary>
    I64,

    /// <summary>Truth values.</summary>
    Bool,
}
