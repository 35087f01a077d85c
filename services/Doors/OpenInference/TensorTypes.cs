namespace Segmentation.Doors.OpenInference;

/// <summary>Datatypes of tensors, by their names in the protocol.</summary>
public static class TensorTypes
{
    /// <summary>32-bit floating-point numbers, little-endian.</summary>
    public const string Floats = "FP32";

    /// <summary>16-bit floating-point numbers, little-endian; only as raw bytes.</summary>
    public const string Halves = "FP16";

    /// <summary>Signed 32-bit numbers, little-endian.</summary>
    public const string Integers = "INT32";

    /// <summary>Bytes, of which masks consist.</summary>
    public const string Pixels = "UINT8";

    /// <summary>Texts and files; raw, each follows its length in four bytes, little-endian.</summary>
    public const string Texts = "BYTES";
}
