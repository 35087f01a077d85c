namespace Segmentation.Tests.Shared.Twins;

/// <summary>Form in which a file stores its weights.</summary>
public enum TwinNumbers
{
    /// <summary>32 bits.</summary>
    Full,

    /// <summary>16 bits, also between nodes; inputs and outputs have 32.</summary>
    Half,

    /// <summary>Dynamic quantisation, bytes without sign, one scale a weight.</summary>
    Bytes,

    /// <summary>Dynamic quantisation, signed bytes, one scale a channel; convolutions stay.</summary>
    SignedBytesByChannel,
}
