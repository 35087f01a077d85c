using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Gateway.Receiving;

/// <summary>Limits on images coming in: section <c>Segmentation:Uploads</c>.</summary>
internal sealed class UploadOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Uploads";

    /// <summary>Bytes of a message besides an image.</summary>
    private const int MessageOverhead = 1024 * 1024;

    /// <summary>Largest image file in bytes. Default 64 MiB.</summary>
    public int MaxImageBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// Bytes of all uploads and other large messages in flight together, at least two of the largest images; small
    /// ones may take an eighth more. Default 512 MiB.
    /// </summary>
    public long MaxBytesInFlight { get; set; } = 512L * 1024 * 1024;

    /// <summary>
    /// Longest silence of an upload, or of any message that has begun, before the request is ended. Default 30
    /// seconds.
    /// </summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Least rate of an upload, or of any message that has begun, in bytes a second. A client may be slower for as long
    /// as <see cref="IdleTimeout"/>, however fast it was before: each byte adds its part of a second to the time left,
    /// up to that. Default 4,096, an image of 64 MiB in four and a half hours.
    /// </summary>
    public int MinBytesPerSecond { get; set; } = 4096;

    /// <summary>Delay in RetryInfo when the budget is used up. Default 1 second.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes of the largest protobuf message: an image of the largest size, and the rest.</summary>
    internal long MaxMessageBytes => (long)MaxImageBytes + MessageOverhead;

    /// <summary>Bytes of the largest message in JSON: an image of the largest size in base64, and the rest.</summary>
    internal long MaxJsonBytes => (MaxImageBytes / 3 * 4L) + MessageOverhead;
}

/// <summary>Checks <see cref="UploadOptions"/> at start.</summary>
internal sealed class UploadOptionsValidator : IValidateOptions<UploadOptions>
{
    public ValidateOptionsResult Validate(string? name, UploadOptions options) =>
        new OptionChecks(UploadOptions.Section)
            .Range(nameof(options.MaxImageBytes), options.MaxImageBytes, 1024, 1 << 30, "bytes")
            .Range(nameof(options.MaxBytesInFlight), options.MaxBytesInFlight, 2L * options.MaxImageBytes, 1L << 40, "bytes")
            .Range(nameof(options.IdleTimeout), options.IdleTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))
            .Range(nameof(options.MinBytesPerSecond), options.MinBytesPerSecond, 1, 1 << 30, "bytes a second")
            .Range(nameof(options.RetryAfter), options.RetryAfter, TimeSpan.Zero, TimeSpan.FromMinutes(10))
            .Result;
}
