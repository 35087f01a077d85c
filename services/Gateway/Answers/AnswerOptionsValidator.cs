using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Gateway.Answers;

/// <summary>Checks <see cref="AnswerOptions"/> at start.</summary>
internal sealed class AnswerOptionsValidator : IValidateOptions<AnswerOptions>
{
    // Length and position of a message are 32 bits in gRPC libraries.
    private const long MostBytes = 1L << 30;

    public ValidateOptionsResult Validate(string? name, AnswerOptions options) =>
        new OptionChecks(AnswerOptions.Section)
            .Range(nameof(options.MaxBytes), options.MaxBytes, 1 << 20, MostBytes, "bytes")
            .Range(nameof(options.MaxBytesInFlight), options.MaxBytesInFlight, 2 * options.MaxBytes, 1L << 40, "bytes")
            .Range(nameof(options.TakeTimeout), options.TakeTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))
            .Range(nameof(options.RetryAfter), options.RetryAfter, TimeSpan.Zero, TimeSpan.FromMinutes(10))
            .Result;
}
