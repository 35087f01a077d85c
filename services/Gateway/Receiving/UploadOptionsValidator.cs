using Microsoft.Extensions.Options;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Receiving;

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
