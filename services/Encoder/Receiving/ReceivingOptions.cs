namespace Segmentation.Encoder.Receiving;

/// <summary>Limits on images sent to an encoder process: section <c>Segmentation:Encoder</c>.</summary>
internal sealed class ReceivingOptions
{
    /// <summary>Largest image file in bytes. Default 64 MiB.</summary>
    public int MaxImageBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// Bytes of all images received or waiting, shared by the tenants; at least one image. Default 512 MiB.
    /// </summary>
    public long MaxBytesInFlight { get; set; } = 512L * 1024 * 1024;
}
