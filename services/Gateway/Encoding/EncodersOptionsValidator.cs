using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Gateway.Encoding;

/// <summary>Checks <see cref="EncodersOptions"/> at start.</summary>
internal sealed class EncodersOptionsValidator : IValidateOptions<EncodersOptions>
{
    public ValidateOptionsResult Validate(string? name, EncodersOptions options) =>
        new OptionChecks(EncodersOptions.Section)
            .Require(
                EncoderAddresses.TryParse(options.Address, out _),
                nameof(options.Address),
                options.Address,
                "must be dns:///host:port, or http://host:port, several separated by commas")
            .Range(nameof(options.MaxAttempts), options.MaxAttempts, 1, 10)
            .Range(nameof(options.AttemptTimeout), options.AttemptTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))
            .Range(nameof(options.ReadyTimeout), options.ReadyTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10))
            .Range(nameof(options.RetryRatio), options.RetryRatio, 0, 1)
            .Range(nameof(options.RetryBurst), options.RetryBurst, 0, 100_000)
            .Result;
}
