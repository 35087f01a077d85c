namespace Segmentation.Gateway.Images;

/// <summary>Limits on images coming in: section <c>Segmentation:Uploads</c>.</summary>
internal sealed class UploadOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Uploads";

    /// <summary>Largest image file in bytes. Default 64 MiB.</summary>
    public int MaxImageBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Bytes of all uploads in flight together, at least one image. Default 512 MiB.</summary>
    public long MaxBytesInFlight { get; set; } = 512L * 1024 * 1024;

    /// <summary>How long an upload may send nothing before its memory is taken back. Default 30 seconds.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What callers are told to wait when the budget is used up. Default 1 second.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);
}
