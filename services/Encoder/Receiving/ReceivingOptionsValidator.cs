using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Encoder.Configuration;

namespace Segmentation.Encoder.Receiving;

/// <summary>Checks <see cref="ReceivingOptions"/> at start.</summary>
internal sealed class ReceivingOptionsValidator : IValidateOptions<ReceivingOptions>
{
    public ValidateOptionsResult Validate(string? name, ReceivingOptions options) =>
        new OptionChecks(EncoderOptions.Section)
            .Range(nameof(options.MaxImageBytes), options.MaxImageBytes, 1024, 1 << 30, "bytes")
            .Range(nameof(options.MaxBytesInFlight), options.MaxBytesInFlight, options.MaxImageBytes, 1L << 40, "bytes")
            .Result;
}
